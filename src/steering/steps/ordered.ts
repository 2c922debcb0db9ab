import { z } from 'zod';
import { referencesIn, type Step, tiersByKey } from '../step.ts';

/** Names of regions, the preferred one first. */
export type Ordered = readonly string[];

/** Failover order: the first of the list that is up. Regions that the list does not name come after it, as equals. */
export const ordered: Step<Ordered> = {
  schema: z
    .array(z.string(), { error: 'a list of regions, the preferred one first' })
    .min(1, 'at least one region')
    .meta({ description: 'Failover order of regions; those not named come last, as equals' }),
  bare: undefined,
  needsRegionLocations: false,
  references: (written) => referencesIn(written, 'region'),
  read: () => [],
  order: (regions, _facts, tier, candidates) =>
    tiersByKey(tier, (candidate) => {
      const position = regions.indexOf(candidates[candidate]?.region.name ?? '');
      return position === -1 ? regions.length : position;
    }),
};
