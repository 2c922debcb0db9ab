import { z } from 'zod';
import { distanceKm } from '../distance.ts';
import { denseRanks, type Step, tiersByKey } from '../step.ts';

export type Nearest = Record<never, never>;

/**
 * The region at the least great-circle distance from the client first. A client whose coordinates nobody knows finds
 * all regions equal; a region without coordinates comes after those that have them.
 */
export const nearest: Step<Nearest> = {
  schema: z.strictObject({}).meta({ description: 'Least great-circle distance from the client first' }),
  bare: {},
  needsRegionLocations: true,
  references: () => [],
  read(_settings, { latitude, longitude }, candidates) {
    if (latitude === undefined || longitude === undefined) return candidates.map(() => 0);
    return denseRanks(
      candidates.map(({ region }) =>
        region.location === undefined ? Number.POSITIVE_INFINITY : distanceKm({ latitude, longitude }, region.location),
      ),
    );
  },
  order: (_settings, ranks, tier) => tiersByKey(tier, (candidate) => ranks[candidate] ?? 0),
};
