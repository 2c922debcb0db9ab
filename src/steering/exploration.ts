import { isDeepStrictEqual } from 'node:util';
import type { Decision, Outcome } from './decision.ts';
import type { WholePlan } from './plan.ts';

/** Who is sent to the second fastest, and how many. */
export interface Exploration {
  /** Of clients, in tenths of a percent. */
  readonly perMille: number;
  /** Those that are taken today are not those that were taken yesterday. */
  readonly nowMs: number;
}

const DAY_MS = 86_400_000;

/**
 * Longer prefixes would tell more networks apart, and resolvers would keep that many more answers, for so small a
 * share.
 */
const PREFIX_BITS = { ipv4Bits: 16, ipv6Bits: 32 } as const;

export const EXPLORATION_NAME = 'exploration of ';

/** Whether a plan goes by round-trip times anywhere. */
export function isMeasured({ plans }: WholePlan): boolean {
  return plans.some(({ steps }) => steps.some(({ step }) => step.kind === 'fastest'));
}

/**
 * A decision that sends a few clients to the second fastest endpoint. For them, it is decided as for all others, with
 * the same fences and verdicts, except that `fastest` puts its second best first. If nothing is up, or there is no
 * second, nobody explores.
 */
export function explored(usual: Outcome, { perMille, nowMs }: Exploration, decideExploring: () => Outcome): Decision {
  if (perMille === 0 || usual.kind !== 'draw' || usual.mode !== 'normal') return usual;
  const inside = decideExploring();
  if (isDeepStrictEqual(inside.tiers, usual.tiers)) return usual;
  const name = `${EXPLORATION_NAME}${new Date(Math.floor(nowMs / DAY_MS) * DAY_MS).toISOString().slice(0, 10)}`;
  return { kind: 'split', perMille, name, ...PREFIX_BITS, inside, outside: usual };
}
