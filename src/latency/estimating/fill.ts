import { type Coordinates, distanceKm } from '../../util/distance.ts';
import { atOnce, type Sliced } from '../../util/slices.ts';
import { type DistanceFit, fitDistance } from './distance-fit.ts';
import { Covariance } from './kriging.ts';
import { median } from './median.ts';
import { solving } from './solve.ts';

/** What is known of a (country, region) pair: a time and the variance of its error. */
export interface Evidence {
  readonly ms: number;
  readonly varianceMs2: number;
}

/** A time for every pair of a country and a region. */
export interface Filled {
  readonly fit: DistanceFit;
  /** By `country * regions + region`. */
  readonly ms: Float64Array;
  readonly uncertaintyMs: Float64Array;
  /** Whether near pairs were measured; else the time is of distance alone. */
  readonly hasNeighbours: Uint8Array;
}

/** What even the best figure for a whole country is off by. */
const NOISE_MS2 = 25;

/** A pair that needs this many times the usual pull to fit in is taken as odd: a database that errs, an anycast address. */
const ODD_PULL = 3;
const REWEIGHTINGS = 2;

/** Measured pairs from which on what the line falls short by is rather believed than not. */
const MISSED_COUNT_MIN = 12;

/** The least likeness of a measured pair for it to count as a neighbour. */
const LIKENESS_MIN = 0.2;

/**
 * Fills a table of countries by regions: a line by distance, and over it what measured pairs near in either way differ from the
 * line by (kriging). Odd pairs are given less weight, so that they do not spread to their neighbours.
 */
export function fill(
  countries: readonly Coordinates[],
  regions: readonly Coordinates[],
  evidence: readonly (Evidence | undefined)[],
): Filled {
  return atOnce(filling(countries, regions, evidence));
}

/** {@link fill} in slices: with all countries and twenty regions it takes a second. */
export function* filling(
  countries: readonly Coordinates[],
  regions: readonly Coordinates[],
  evidence: readonly (Evidence | undefined)[],
): Sliced<Filled> {
  const km = countries.flatMap((country) => regions.map((region) => distanceKm(country, region)));
  const fit = fitDistance(evidence.flatMap((known, pair) => (known ? [{ km: km[pair]!, ms: known.ms }] : [])));
  const line = Float64Array.from(km, (distance) => fit.baseMs + fit.msPerKm * distance);
  const covariance = new Covariance(countries, regions, fit.spreadMs ** 2);
  const pulls = yield* robustPulls(covariance, evidence, line);
  const over = new Float64Array(line.length);
  const all = countries.map((_, index) => index);
  covariance.multiply(pulls, over, all, all);
  const near = likenesses(covariance, evidence);
  const uncertaintyMs = near.map((likeness) => Math.sqrt(covariance.varianceMs2 * (1 - likeness ** 2) + NOISE_MS2));
  const missed = meanMissed(evidence, line);
  const ms = line.map((lineMs, pair) => Math.max(1, lineMs + over[pair]! + missed * (1 - near[pair]! ** 2)));
  return {
    fit,
    ms,
    uncertaintyMs,
    hasNeighbours: Uint8Array.from(near, (likeness) => (likeness > LIKENESS_MIN ? 1 : 0)),
  };
}

/** How hard each measured pair pulls at its surroundings, with odd ones loosened. */
function* robustPulls(
  covariance: Covariance,
  evidence: readonly (Evidence | undefined)[],
  line: Float64Array,
): Sliced<Float64Array> {
  const noise = Float64Array.from(evidence, (known) =>
    known ? known.varianceMs2 + NOISE_MS2 : Number.POSITIVE_INFINITY,
  );
  const residuals = line.map((ms, pair) => (evidence[pair]?.ms ?? ms) - ms);
  let pulls = yield* solving(covariance, noise, residuals);
  for (let round = 0; round < REWEIGHTINGS; round++) {
    const usual = 1.4826 * median([...pulls].filter((_, pair) => evidence[pair] !== undefined).map(Math.abs));
    if (!(usual > 0)) break;
    for (const [pair, pull] of pulls.entries()) {
      noise[pair]! *= Math.max(1, (Math.abs(pull) / (ODD_PULL * usual)) ** 2);
    }
    pulls = yield* solving(covariance, noise, residuals);
  }
  return pulls;
}

/**
 * By how much the line falls short of measured pairs in the mean, in ms. A line that outliers do not bend goes through the
 * middle, and times have a long tail upwards; whoever takes the least of several expectations needs the mean (smearing: Duan
 * 1983).
 */
function meanMissed(evidence: readonly (Evidence | undefined)[], line: Float64Array): number {
  let [sum, count] = [0, 0];
  for (const [pair, known] of evidence.entries()) {
    if (known === undefined) continue;
    sum += known.ms - line[pair]!;
    count++;
  }
  return sum / (count + MISSED_COUNT_MIN);
}

/**
 * For each pair the likeness of the measured pair most like it, 0 to 1: in the same row, or the same column, as those weigh most.
 */
function likenesses(covariance: Covariance, evidence: readonly (Evidence | undefined)[]): Float64Array {
  const { countries, regions } = covariance;
  const best = new Float64Array(countries * regions);
  for (const [measured, known] of evidence.entries()) {
    if (known === undefined) continue;
    const [country, region] = [Math.trunc(measured / regions), measured % regions];
    for (let other = 0; other < countries; other++) {
      const pair = other * regions + region;
      best[pair] = Math.max(best[pair]!, covariance.betweenCountries(country, other) * WITHIN_COLUMN);
    }
    for (let other = 0; other < regions; other++) {
      const pair = country * regions + other;
      best[pair] = Math.max(
        best[pair]!,
        WITHIN_ROW + (1 - WITHIN_ROW) * covariance.betweenRegions(region, other) * 0.9,
      );
    }
  }
  return best.map((likeness) => Math.min(0.99, likeness));
}

/** What one region's times from two countries at the same spot have in common, and one country's to regions far apart. */
const WITHIN_COLUMN = 0.7;
const WITHIN_ROW = 0.25;
