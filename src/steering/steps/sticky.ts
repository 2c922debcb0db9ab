import { z } from 'zod';
import { DEFAULT_PREFIX_BITS, prefixBits } from '../prefix-bits.ts';
import type { Step } from '../step.ts';
import { mappingLike } from '../written.ts';
import { admitsWeight, weightKeys, zeroWeight } from '../zero-weight.ts';

const settings = z.strictObject(
  { zero: zeroWeight, ...prefixBits },
  mappingLike('sticky, or sticky: { ipv4Prefix: ..., ipv6Prefix: ..., zero: ... }'),
);

export type Sticky = z.output<typeof settings>;

/**
 * Clients divide in proportion to the endpoints' weights, each network of clients to the same endpoint every time, by
 * weighted rendezvous hashing: a change of weights or endpoints moves only the clients that it must (Schindelhauer and
 * Schomaker, Weighted Distributed Hash Tables, 2005).
 */
export const sticky: Step<Sticky> = {
  schema: settings.meta({
    description: "Shares in proportion to the endpoints' weights, the same endpoint for a network every time",
  }),
  bare: { zero: 'lastResort', ...DEFAULT_PREFIX_BITS },
  references: () => [],
  admits: ({ zero }, _facts, candidate, candidates) => admitsWeight(zero, candidates[candidate]),
  rank: (_settings, _facts, tier, { candidates }) => weightKeys(tier, candidates),
  isIndependent: () => true,
  isByWeight: true,
  divide: ({ ipv4Prefix, ipv6Prefix }) => ({ kind: 'sticky', ipv4Bits: ipv4Prefix, ipv6Bits: ipv6Prefix }),
};
