import { z } from 'zod';
import type { Location } from '../../geo/location.ts';
import { distanceKm } from '../../util/distance.ts';
import { type Band, bandFacts, bandKeys, bandSchema } from '../bands.ts';
import type { Candidate, Knowledge, Region, Step } from '../step.ts';
import { mappingLike } from '../written.ts';

/**
 * A round trip over a distance, where nothing was measured: what is left at no distance, and what a way there and back
 * costs.
 */
const ROUND_TRIP_MS_MIN = 8;
const KM_PER_MS = 65; // light in fibre makes 100 km there and back in 1 ms; cables are some half longer than the great circle

/** Where a policy does not say. */
export const TIE: Band = { absolute: 5, percent: 5 };

const settings = z.strictObject(
  {
    within: bandSchema('ms')
      .optional()
      .meta({ description: 'Regions so little slower than the fastest count as equal. Default: [5ms, 5%]' }),
  },
  mappingLike('fastest, or fastest: { within: ... }'),
);

export type Fastest = z.output<typeof settings>;

/**
 * The region of the least estimated round-trip time first. Where a region's is not known it is estimated by distance;
 * for a client of whom no round-trip time is known at all, the order is that of distance.
 */
export const fastest: Step<Fastest> = {
  schema: settings.meta({ description: 'Least estimated round-trip time first; where it is not known, by distance' }),
  bare: {},
  needsRegionLocations: () => true,
  references: () => [],
  read({ within }, location, candidates, knowledge) {
    const times = candidates.map((candidate) => roundTripMs(location, candidate, knowledge));
    if (times.every((ms) => ms === undefined))
      return bandFacts(distancesKm(location, candidates), { absolute: 0, percent: 0 });
    const distances = distancesKm(location, candidates);
    const values = times.map(
      (ms, index) => ms ?? ROUND_TRIP_MS_MIN + (distances[index] ?? Number.POSITIVE_INFINITY) / KM_PER_MS,
    );
    return bandFacts(values, within ?? TIE);
  },
  rank(_settings, facts, tier, { candidates, isExploring = false }) {
    const keys = bandKeys(facts, tier, candidates.length);
    return isExploring ? secondFirst(keys) : keys;
  },
};

/** The same order, but for the best two, which change places; those that are equal to the best stay together. */
function secondFirst(keys: readonly number[]): readonly number[] {
  const [first, second] = [...new Set(keys)].sort((a, b) => a - b);
  if (first === undefined || second === undefined) return keys;
  return keys.map((key) => (key === first ? second : key === second ? first : key));
}

/** To the fastest of an endpoint's regions; undefined where none is known. */
function roundTripMs(location: Location, { regions }: Candidate, knowledge: Knowledge): number | undefined {
  const known = regions.flatMap(({ name }) => knowledge.latencyMs(location, name) ?? []);
  return known.length === 0 ? undefined : Math.min(...known);
}

/** By candidate; infinite where the client's place or the region's is not known. */
function distancesKm({ latitude, longitude }: Location, candidates: readonly Candidate[]): readonly number[] {
  const toRegion = ({ location }: Region): number =>
    latitude === undefined || longitude === undefined || location === undefined
      ? Number.POSITIVE_INFINITY
      : distanceKm({ latitude, longitude }, location);
  return candidates.map(({ regions }) => Math.min(...regions.map(toRegion)));
}
