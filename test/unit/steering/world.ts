import type { Location } from '../../../src/geo/location.ts';
import type { Decision, World } from '../../../src/steering/decide.ts';
import type { Candidate } from '../../../src/steering/step.ts';
import type { ConfiguredStep, Policy } from '../../../src/steering/steps/index.ts';

/** Five regions on five continents; the fifth is where the second is. */
const PLACES: Readonly<Record<string, readonly [number, number]>> = {
  us: [38.9, -77],
  eu: [53.3, -6.3],
  ap: [35.7, 139.7],
  sa: [-23.5, -46.6],
  eu2: [53.3, -6.3],
};

export const REGIONS = Object.keys(PLACES);

export const candidate = (name: string, weight = 1): Candidate => {
  const [latitude, longitude] = PLACES[name];
  return { region: { name, location: { latitude, longitude }, tags: [] }, weight };
};

export const policy = (...steps: ConfiguredStep[]): Policy => ({ name: 'test', steps });

export const client = (location: Partial<Location> = {}): Location => ({ networks: [], ...location });

/** A world of candidates, all up but those named. */
export function world(
  candidates: readonly Candidate[],
  down: readonly string[] = [],
  rest: Partial<World> = {},
): World {
  return { candidates, up: candidates.map(({ region }) => !down.includes(region.name)), whenAllDown: 'all', ...rest };
}

/** A decision's tiers as text, the best first: `us:3 eu:1 | ap`; weights of 1 are left out. */
export function shown(decision: Decision, candidates: readonly Candidate[]): string {
  if (decision.kind === 'none' || decision.kind === 'service') return decision.kind;
  const share = ({ candidate: index, weight }: { candidate: number; weight: number }) =>
    `${candidates[index].region.name}${weight === 1 ? '' : `:${weight}`}`;
  return decision.tiers.map((tier) => tier.map(share).join(' ')).join(' | ');
}
