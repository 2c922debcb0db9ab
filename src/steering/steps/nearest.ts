import { z } from 'zod';
import { distanceKm } from '../../util/distance.ts';
import { bandFacts, bandKeys, bandSchema, NO_BAND } from '../bands.ts';
import type { Region, Step } from '../step.ts';
import { mappingLike } from '../written.ts';

const BIAS_FORM = 'a whole number from -99 (as if almost twice as far) to 99 (as if almost here)';

const settings = z.strictObject(
  {
    bias: z
      .record(z.string(), z.int(BIAS_FORM).min(-99, BIAS_FORM).max(99, BIAS_FORM), 'biases by region')
      .optional()
      .meta({ description: 'By region, how many percent of its distance are taken off: it serves so much wider' }),
    within: bandSchema('km')
      .optional()
      .meta({ description: 'Regions so little further than the nearest count as equal: 100km, 10%, or both' }),
  },
  mappingLike('nearest, or nearest: { within: ..., bias: ... }'),
);

export type Nearest = z.output<typeof settings>;

/**
 * The region at the least great-circle distance from the client first, times (1 - bias / 100). A client whose
 * coordinates nobody knows finds all regions equal; a region without coordinates comes after those that have them.
 */
export const nearest: Step<Nearest> = {
  schema: settings.meta({ description: 'Least great-circle distance from the client first' }),
  bare: {},
  needsRegionLocations: () => true,
  references: (written) => {
    const { bias } = Object(written) as { bias?: unknown };
    const regions = typeof bias === 'object' && bias !== null && !Array.isArray(bias) ? Object.keys(bias) : [];
    return regions.map((name) => ({ to: 'region', name, path: ['bias', name], isKey: true }));
  },
  read({ bias, within }, { latitude, longitude }, candidates) {
    if (latitude === undefined || longitude === undefined) return [];
    const from = { latitude, longitude };
    const distances = candidates.map(({ regions }) => leastDistanceKm(from, regions, bias));
    return bandFacts(distances, within ?? NO_BAND);
  },
  isIndependent: ({ within }) => within === undefined,
  rank: (_settings, facts, tier, { candidates }) => bandKeys(facts, tier, candidates.length),
};

/** To the closest of an endpoint's regions, each with its bias; infinite where none has coordinates. */
function leastDistanceKm(
  from: NonNullable<Region['location']>,
  regions: readonly Region[],
  bias: Nearest['bias'],
): number {
  return Math.min(
    ...regions.map(({ name, location }) =>
      location === undefined ? Number.POSITIVE_INFINITY : distanceKm(from, location) * (1 - (bias?.[name] ?? 0) / 100),
    ),
  );
}
