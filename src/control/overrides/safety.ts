import type { Present } from '../../compile/present.ts';
import { endpointStateAtPresent } from '../../compile/states.ts';
import type { Config } from '../../config/config.ts';
import type { Overrides } from '../../health/overrides.ts';
import { type Breach, findingBreaches, type SafetyPlace, type SafetyRules, worsenedBy } from '../../health/safety.ts';
import type { Sliced } from '../../util/slices.ts';
import { presentByHand } from './by-hand.ts';

/** The parts of a configuration that rules of safety look at. */
export type Guarded = Pick<Config, 'services' | 'regions' | 'safety'>;

/** A configuration and what is observed of it, without overrides. */
export interface Observation {
  readonly config: Guarded;
  readonly observed: Present;
}

/**
 * A present in which every probe passes. Rules have to hold then, too. Otherwise, while everything is down, taking
 * something out would not be refused, since that makes nothing worse; and the rule would be broken as soon as probes
 * pass again.
 */
export const ALL_WELL: Present = { nowMs: 0, isUp: () => true, resolved: () => undefined };

// Each is two looks at all endpoints, a quarter of a second where there are 100,000. Such overrides are few, and end
// together.
const ENDS_MAX = 4;

/** The rules that do not hold in a configuration as things are, in slices. */
export function* findingBreachesIn(config: Guarded, present: Present): Sliced<readonly Breach[]> {
  if (!hasRules(config)) return [];
  return yield* findingBreaches(rulesOf(config), placesByService(config, present));
}

/**
 * The rules that overrides break, or break more than those before them: as things are, and lastingly. In slices, as all
 * endpoints are looked at several times.
 */
export function* breachingByHand(
  { config, observed }: Observation,
  before: Overrides,
  next: Overrides,
  nowMs: number,
): Sliced<readonly Breach[]> {
  const now = yield* worsening(config, observed, before, next);
  return distinct([...now, ...(yield* breachingLastingly(config, before, next, nowMs))]);
}

/**
 * Those that they break whatever probes find, now or as soon as one of them ends: an endpoint that is forced up for an
 * hour may be all that keeps a rule. In slices.
 */
export function* breachingLastingly(
  config: Guarded,
  before: Overrides,
  next: Overrides,
  nowMs: number,
): Sliced<readonly Breach[]> {
  if (!hasRules(config)) return [];
  const breaches = [...(yield* worsening(config, ALL_WELL, before, next))];
  for (const endMs of endsOf(next, nowMs)) {
    const then = yield* worsening(config, ALL_WELL, before.at(endMs).holding, next.at(endMs).holding);
    breaches.push(...then.map((breach) => ({ ...breach, what: `${breach.what}${from(endMs)}` })));
  }
  return distinct(breaches);
}

function* worsening(config: Guarded, observed: Present, before: Overrides, next: Overrides): Sliced<readonly Breach[]> {
  const known = yield* findingBreachesIn(config, presentByHand(observed, before));
  return worsenedBy(known, yield* findingBreachesIn(config, presentByHand(observed, next)));
}

/**
 * The rules of the next configuration that it breaks, or breaks more than things are broken now. An endpoint that goes
 * counts as one that is out: else a rule were kept by taking away what it counts. In slices.
 */
export function* breachingByReload(
  before: Observation,
  next: Observation,
  overrides: Overrides,
): Sliced<readonly Breach[]> {
  if (!hasRules(next.config)) return [];
  const removed = removedPlaces(before.config, next.config);
  const rules = rulesOf(next.config);
  const breaches = ({ config }: Observation, observed: Present, more: Places): Sliced<readonly Breach[]> =>
    findingBreaches(rules, placesByService(config, presentByHand(observed, overrides), more));
  const known = yield* breaches(before, before.observed, NO_MORE);
  const now = worsenedBy(known, yield* breaches(next, next.observed, removed));
  const knownAllWell = yield* breaches(before, ALL_WELL, NO_MORE);
  return distinct([...now, ...worsenedBy(knownAllWell, yield* breaches(next, ALL_WELL, removed))]);
}

/**
 * When what an override breaks may be another matter than now: at the end of one that holds something up, or of one
 * that breaks a rule itself, beside which others are no worse.
 */
function endsOf(overrides: Overrides, nowMs: number): readonly number[] {
  const ends = overrides.all
    .filter(({ force, isUnsafe }) => force === 'up' || isUnsafe)
    .flatMap(({ untilMs }) => (untilMs !== undefined && untilMs > nowMs ? untilMs : []));
  return [...new Set(ends)].sort((a, b) => a - b).slice(0, ENDS_MAX);
}

function from(endMs: number): string {
  return `, from ${new Date(endMs).toISOString()} on, when an override ends`;
}

/** Of several breaches of one rule, the first: as things are comes before what will be. */
function distinct(breaches: readonly Breach[]): readonly Breach[] {
  return [...new Map(breaches.toReversed().map((breach) => [breach.key, breach])).values()].reverse();
}

function hasRules({ safety, services }: Guarded): boolean {
  return (
    safety.atLeastUp > 0 ||
    safety.neverTogether.length > 0 ||
    [...services.values()].some(({ atLeastUp = 0 }) => atLeastUp > 0)
  );
}

function rulesOf({ safety, services }: Guarded): SafetyRules {
  return {
    atLeastUp: (service) => services.get(service)?.atLeastUp ?? safety.atLeastUp,
    neverTogether: safety.neverTogether,
  };
}

/** By service. */
type Places = ReadonlyMap<string, readonly SafetyPlace[]>;

const NO_MORE: Places = new Map();

/** Of each service as its turn comes, and some more. */
function* placesByService(
  config: Guarded,
  present: Present,
  more: Places = NO_MORE,
): Generator<readonly SafetyPlace[], void, void> {
  for (const service of config.services.values()) {
    const places = service.endpoints.map((endpoint) => {
      const state = endpointStateAtPresent(config, present, service, endpoint);
      const isAvailable = state === 'up' || state === 'degraded';
      return { service: service.name, region: endpoint.region, isAvailable };
    });
    yield [...places, ...(more.get(service.name) ?? [])];
  }
}

/** Of services that stay: the endpoints that do not. */
function removedPlaces(before: Guarded, next: Guarded): Places {
  return new Map(
    [...next.services.values()].map(({ name, endpoints }) => {
      const names = new Set(endpoints.map((endpoint) => endpoint.name));
      const removed = before.services.get(name)?.endpoints.filter((endpoint) => !names.has(endpoint.name)) ?? [];
      return [name, removed.map(({ region }) => ({ service: name, region, isAvailable: false }))];
    }),
  );
}
