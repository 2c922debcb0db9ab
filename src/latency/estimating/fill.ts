import { type Coordinates, distanceKm } from '../../util/distance.ts';
import { median } from '../../util/median.ts';
import { atOnce, type Sliced } from '../../util/slices.ts';
import { Covariance } from './covariance.ts';
import { type DistanceFit, fitDistance, lineMs } from './distance-fit.ts';
import { PER_MEDIAN_DEVIATION } from './normal.ts';
import type { Belief } from './shrink.ts';
import { solving } from './solve.ts';

/** What is expected of every pair of a country and a region. */
export interface Filled {
  readonly fit: DistanceFit;
  /** By `country * regions + region`, as the two below. */
  readonly lnMs: Float64Array;
  readonly variance: Float64Array;
  /** Whether near pairs were measured; else the time is of distance, and of the region. */
  readonly hasNeighbours: Uint8Array;
}

/** What even the best figure for a whole country is off by. */
const NOISE_MS = 5;

/**
 * A pair that needs this many times the usual pull to fit in is taken as odd: a database that errs, an anycast address.
 */
const ODD_PULL = 3;
const REWEIGHTINGS = 2;

/**
 * What the line is off by, as a logarithm: from so many measured pairs on as they show it, but never less than a tenth.
 */
const SPREAD_START = 0.4;
const SPREAD_COUNT_MIN = 12;
const SPREAD_MIN = 0.1;

/** A country is a neighbour where their nearness is at least this: within 2000 km. */
const NEIGHBOUR_MIN = Math.exp(-1 / 2);

/**
 * Fills a table of countries by regions: a line by distance, and over it by what factor measured pairs near in either
 * way differ from the line (kriging of logarithms). By factors, as a country whose times are half as long again to some
 * regions has that to others, near or far, and as times have a long tail upwards, which in ms a few far pairs would be
 * most of. Odd pairs are given less weight, so that they do not spread to their neighbours.
 *
 * @param evidence by `country * regions + region`, undefined for a pair that was not measured.
 */
export function fill(
  countries: readonly Coordinates[],
  regions: readonly Coordinates[],
  evidence: readonly (Belief | undefined)[],
): Filled {
  return atOnce(filling(countries, regions, evidence));
}

/** {@link fill} in slices: with all countries and twenty regions it takes a second. */
export function* filling(
  countries: readonly Coordinates[],
  regions: readonly Coordinates[],
  evidence: readonly (Belief | undefined)[],
): Sliced<Filled> {
  const km = countries.flatMap((country) => regions.map((region) => distanceKm(country, region)));
  const measured = evidence.flatMap((known, pair) => (known ? [{ km: km[pair]!, ms: Math.exp(known.lnMs) }] : []));
  const fit = fitDistance(measured);
  const line = Float64Array.from(km, (distance) => Math.log(lineMs(fit, distance)));
  const over = line.map((lnMs, pair) => (evidence[pair]?.lnMs ?? lnMs) - lnMs);
  const covariance = new Covariance(countries, regions, spread(over.filter((_, pair) => evidence[pair])) ** 2);
  const pulls = yield* robustPulls(covariance, evidence, over);
  const filled = new Float64Array(line.length);
  const all = countries.map((_, index) => index);
  covariance.multiply(pulls, filled, all, all);
  return {
    fit,
    lnMs: filled.map((difference, pair) => Math.max(0, line[pair]! + difference)),
    variance: likenesses(covariance, evidence).map((likeness) => covariance.variance * (1 - likeness ** 2)),
    hasNeighbours: neighbours(covariance, evidence),
  };
}

/** What measured pairs typically differ from the line by: a standard deviation of logarithms. */
function spread(over: Float64Array): number {
  if (over.length === 0) return SPREAD_START;
  const own = Math.max(SPREAD_MIN, PER_MEDIAN_DEVIATION * median([...over].map(Math.abs)));
  return over.length < SPREAD_COUNT_MIN ? Math.max(SPREAD_START, own) : own;
}

/** How hard each measured pair pulls at its surroundings, with odd ones loosened. */
function* robustPulls(
  covariance: Covariance,
  evidence: readonly (Belief | undefined)[],
  over: Float64Array,
): Sliced<Float64Array> {
  const noise = Float64Array.from(evidence, (known) =>
    known ? known.variance + (NOISE_MS / Math.exp(known.lnMs)) ** 2 : Number.POSITIVE_INFINITY,
  );
  let pulls = yield* solving(covariance, noise, over);
  for (let round = 0; round < REWEIGHTINGS; round++) {
    const usual =
      PER_MEDIAN_DEVIATION * median([...pulls].filter((_, pair) => evidence[pair] !== undefined).map(Math.abs));
    if (!(usual > 0)) break;
    for (const [pair, pull] of pulls.entries()) {
      noise[pair]! *= Math.max(1, (Math.abs(pull) / (ODD_PULL * usual)) ** 2);
    }
    pulls = yield* solving(covariance, noise, over);
  }
  return pulls;
}

/**
 * For each pair the likeness of the measured pair most like it, 0 to 1: in the same row, or the same column, as those
 * weigh most.
 */
function likenesses(covariance: Covariance, evidence: readonly (Belief | undefined)[]): Float64Array {
  const { countries, regions } = covariance;
  const best = new Float64Array(countries * regions);
  for (const [measured, known] of evidence.entries()) {
    if (known === undefined) continue;
    const [country, region] = [Math.trunc(measured / regions), measured % regions];
    for (let other = 0; other < countries; other++) {
      const pair = other * regions + region;
      best[pair] = Math.max(best[pair]!, covariance.betweenCountries(country, other));
    }
    for (let other = 0; other < regions; other++) {
      const pair = country * regions + other;
      best[pair] = Math.max(best[pair]!, covariance.betweenRegions(region, other));
    }
  }
  return best;
}

/** 1 for pairs of which a pair tells that was measured: of the same country, or of one near to the same region. */
function neighbours(covariance: Covariance, evidence: readonly (Belief | undefined)[]): Uint8Array {
  const { countries, regions } = covariance;
  const found = new Uint8Array(countries * regions);
  for (const [measured, known] of evidence.entries()) {
    if (known === undefined) continue;
    const [country, region] = [Math.trunc(measured / regions), measured % regions];
    found.fill(1, country * regions, (country + 1) * regions);
    for (let other = 0; other < countries; other++) {
      if (covariance.nearness(country, other) >= NEIGHBOUR_MIN) found[other * regions + region] = 1;
    }
  }
  return found;
}
