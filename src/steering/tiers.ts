import type { Share, Tier } from './decision.ts';
import type { Draw } from './step.ts';

/** Keys are parallel to the tier that they are for; those of equal keys are a part of it. */
type Keys = readonly number[];

export function isUniform(keys: Keys): boolean {
  for (let index = 1; index < keys.length; index++) if (keys[index] !== keys[0]) return false;
  return true;
}

/** The least of the keys that are more than one; infinite where none is. */
export function leastAbove(bound: number, keys: Keys): number {
  let least = Number.POSITIVE_INFINITY;
  for (const key of keys) if (key > bound && key < least) least = key;
  return least;
}

/** The candidates of one key. */
export function partOf(tier: readonly number[], keys: Keys, key: number): readonly number[] {
  return tier.filter((_, position) => keys[position] === key);
}

/** All parts, that of the least key first. */
export function partition(tier: readonly number[], keys: Keys): readonly (readonly number[])[] {
  const distinct = [...new Set(keys)].sort((a, b) => a - b);
  return distinct.map((key) => partOf(tier, keys, key));
}

/** One draw for a tier that is made of services with draws of their own: what keeps a client where it is wins. */
export function stronger(a: Draw, b: Draw | undefined): Draw {
  const order = ['rotate', 'random', 'sticky'];
  return b !== undefined && order.indexOf(b.kind) > order.indexOf(a.kind) ? b : a;
}

/** Tiers without the endpoints that a tier before them has, as services within services may bring them twice. */
export function once(tiers: readonly Tier[]): readonly Tier[] {
  const seen = new Set<number>();
  return tiers
    .map((tier) => tier.filter(({ leaf }) => !seen.has(leaf) && seen.add(leaf)))
    .filter(({ length }) => length > 0);
}

/** A tier in which each endpoint is there once, with all of its weight. */
export function joined(tier: readonly Share[]): Tier {
  const byLeaf = new Map<number, number>();
  for (const { leaf, weight } of tier) byLeaf.set(leaf, (byLeaf.get(leaf) ?? 0) + weight);
  return byLeaf.size === tier.length ? tier : [...byLeaf].map(([leaf, weight]) => ({ leaf, weight }));
}
