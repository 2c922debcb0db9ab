import { scramble } from '../hash.ts';
import { isIPv4Key } from '../learned/cell-key.ts';

/** Slots for blocks and for sites: those of one tally that share one by chance are limited together. */
export const BLOCKS = 1 << 16;
export const SITES = 1 << 20;

/** The slot of a network's /16 or /32. `seed` is unknown outside, so that nobody can choose with whom to share one. */
export function blockSlot(high: number, low: number, seed: number): number {
  const [upper, lower] = isIPv4Key(high) ? [high, low >>> 8] : [high, low >>> 24];
  return scramble(lower ^ Math.imul(upper ^ seed, 0x9e37_79b1)) & (BLOCKS - 1);
}

/** The slot of an IPv6 network's /48. */
export function siteSlot(high: number, low: number, seed: number): number {
  return scramble((low >>> 8) ^ Math.imul(high ^ seed, 0x85eb_ca6b)) & (SITES - 1);
}
