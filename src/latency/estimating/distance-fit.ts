import { median } from '../../util/median.ts';
import { PER_MEDIAN_DEVIATION } from './normal.ts';
import type { Belief } from './shrink.ts';

/** A round-trip time by distance alone: `baseMs + msPerKm * km`. */
export interface DistanceFit {
  readonly baseMs: number;
  readonly msPerKm: number;
  /** What measurements typically differ from the line by (a standard deviation). */
  readonly spreadMs: number;
}

interface MeasuredDistance {
  readonly km: number;
  readonly ms: number;
}

/** Before anything is measured: cables are half as long again as great circles, and the last mile takes its time. */
const DEFAULT_FIT: DistanceFit = { baseMs: 20, msPerKm: 0.014, spreadMs: 45 };

/**
 * The default line takes part as three measurements that spread over the globe, so that a few real ones can't tilt the
 * fit.
 */
const PRIOR: readonly MeasuredDistance[] = [500, 5000, 12_000].map((km) => ({
  km,
  ms: DEFAULT_FIT.baseMs + DEFAULT_FIT.msPerKm * km,
}));

const ROUNDS = 12;
/** Beyond so many spreads a measurement pulls no harder (Huber). */
const HUBER = 1.5;
const SPREAD_MIN_MS = 8;
/** Measurements from which on their own spread is believed. */
const SPREAD_COUNT_MIN = 12;

/** What distance says by the line, and how little. */
export function distanceBelief(fit: DistanceFit, km: number): Belief {
  const ms = lineMs(fit, km);
  return { lnMs: Math.log(ms), variance: Math.min(1, fit.spreadMs / ms) ** 2 };
}

/** A time by the line, at least 1 ms: its logarithm is what all else goes by. */
export function lineMs({ baseMs, msPerKm }: DistanceFit, km: number): number {
  return Math.max(1, baseMs + msPerKm * km);
}

/** A straight line through the measurements that outliers do not bend: least squares, reweighted (Huber). */
export function fitDistance(measured: readonly MeasuredDistance[]): DistanceFit {
  const points = [...measured, ...PRIOR];
  let fit = DEFAULT_FIT;
  for (let round = 0; round < ROUNDS; round++) {
    const offs = points.map(({ km, ms }) => Math.abs(ms - fit.baseMs - fit.msPerKm * km));
    const own = Math.max(SPREAD_MIN_MS, PER_MEDIAN_DEVIATION * median(offs));
    const spreadMs = measured.length < SPREAD_COUNT_MIN ? Math.max(own, DEFAULT_FIT.spreadMs) : own;
    const line = leastSquares(
      points,
      offs.map((off) => 1 / Math.max(1, off / (HUBER * spreadMs))),
    );
    fit = { ...line, spreadMs };
  }
  return fit;
}

function leastSquares(points: readonly MeasuredDistance[], weights: readonly number[]) {
  let [w, x, y, xx, xy] = [0, 0, 0, 0, 0];
  for (const [index, { km, ms }] of points.entries()) {
    const weight = weights[index]!;
    w += weight;
    x += weight * km;
    y += weight * ms;
    xx += weight * km * km;
    xy += weight * km * ms;
  }
  // Never below the speed of light, however odd the measurements.
  const msPerKm = Math.max(0.01, (w * xy - x * y) / (w * xx - x * x));
  return { msPerKm, baseMs: Math.max(0, (y - msPerKm * x) / w) };
}
