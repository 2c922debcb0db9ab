import { z } from 'zod';
import type { Share, Step } from '../step.ts';

export type Weighted = Record<never, never>;

/**
 * Clients divide in proportion to the endpoints' weights. Weight 0 is a last resort: it gets no client while an
 * endpoint with a weight is up.
 */
export const weighted: Step<Weighted> = {
  schema: z
    .strictObject({})
    .meta({ description: "Shares in proportion to the endpoints' weights; weight 0 is a last resort" }),
  bare: {},
  needsRegionLocations: false,
  references: () => [],
  read: () => [],
  order(_settings, _facts, tier, candidates) {
    const weigh = ({ candidate }: Share): Share => ({ candidate, weight: candidates[candidate]?.weight ?? 0 });
    const shares = tier.map(weigh);
    const regular = shares.filter(({ weight }) => weight > 0);
    const lastResorts = shares.filter(({ weight }) => weight === 0).map(({ candidate }) => ({ candidate, weight: 1 }));
    return [regular, lastResorts].filter(({ length }) => length > 0);
  },
};
