import { z } from 'zod';
import type { Step } from '../step.ts';
import { mappingLike } from '../written.ts';
import { admitsWeight, weightKeys, zeroWeight } from '../zero-weight.ts';

const settings = z.strictObject({ zero: zeroWeight }, mappingLike('weighted, or weighted: { zero: ... }'));

export type Weighted = z.output<typeof settings>;

/** Clients divide by chance, in proportion to the endpoints' weights. */
export const weighted: Step<Weighted> = {
  schema: settings.meta({ description: "Shares in proportion to the endpoints' weights" }),
  bare: { zero: 'lastResort' },
  references: () => [],
  admits: ({ zero }, _facts, candidate, candidates) => admitsWeight(zero, candidates[candidate]),
  rank: (_settings, _facts, tier, { candidates }) => weightKeys(tier, candidates),
  isIndependent: () => true,
  isByWeight: true,
  divide: () => ({ kind: 'random' }),
};
