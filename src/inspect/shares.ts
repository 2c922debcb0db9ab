import type { Situation } from '../compile/part.ts';
import { neededTiers } from '../compile/rows.ts';
import type { Decision, Mode, Outcome, Tier } from '../steering/decision.ts';

/** What an answer may be where it names no endpoint. */
export type Nothing = 'none' | 'refuse' | 'unknown';

/** What clients get, as shares of them that add up to 1: by leaf of the plan, and of those who get no endpoint. */
export interface Distribution {
  /** By leaf, the share of answers in which it is drawn first. */
  readonly first: ReadonlyMap<number, number>;
  /** All leaves that an answer may name. */
  readonly named: ReadonlySet<number>;
  readonly nothing: ReadonlyMap<Nothing, number>;
  /** Why these endpoints are answered, if not because they are up. */
  readonly modes: ReadonlySet<Mode>;
}

/** What a decision comes to: the shares of its splits multiplied with those of its draws. */
export function distributionOf(decision: Decision, situation: Situation): Distribution {
  const first = new Map<number, number>();
  const named = new Set<number>();
  const nothing = new Map<Nothing, number>();
  const modes = new Set<Mode>();
  for (const { share, outcome } of outcomesOf(decision)) {
    modes.add(outcome.mode);
    const tiers = tiersOf(outcome, situation);
    if (outcome.kind !== 'draw' || tiers.length === 0) {
      add(nothing, outcome.kind === 'draw' ? 'unknown' : outcome.kind, share);
      continue;
    }
    for (const tier of tiers) for (const { leaf } of tier) named.add(leaf);
    for (const { leaf, part } of partsOf(tiers[0])) add(first, leaf, share * part);
  }
  return { first, named, nothing, modes };
}

/** The tiers that an answer may come to. */
export function tiersOf({ tiers, answers }: Outcome, { records }: Situation): readonly Tier[] {
  return neededTiers(tiers, answers, (leaf) => records[leaf]);
}

/** A tier's leaves with their parts of 1. */
export function partsOf(tier: Tier): readonly { readonly leaf: number; readonly part: number }[] {
  const sum = tier.reduce((total, { weight }) => total + weight, 0);
  return tier.map(({ leaf, weight }) => ({ leaf, part: weight / sum }));
}

/** The outcomes of a decision with the shares of clients that have them. */
function outcomesOf(decision: Decision, share = 1): readonly { readonly share: number; readonly outcome: Outcome }[] {
  if (decision.kind !== 'split') return [{ share, outcome: decision }];
  const inside = decision.perMille / 1000;
  return [...outcomesOf(decision.inside, share * inside), ...outcomesOf(decision.outside, share * (1 - inside))];
}

function add<K>(sums: Map<K, number>, key: K, amount: number): void {
  sums.set(key, (sums.get(key) ?? 0) + amount);
}
