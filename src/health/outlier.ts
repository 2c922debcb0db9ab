/** What slowness costs an endpoint. */
export interface OutlierSettings {
  /** The z-score from which on a share is lowered. */
  readonly zScore: number;
  /** The least part of its share that an endpoint keeps, from 0 to 1. */
  readonly floor: number;
  /** The largest part of a service's endpoints whose shares are lowered, from 0 to 1. */
  readonly partMax: number;
}

/**
 * What each endpoint of a service keeps of its share, from `floor` to 1, by the z-scores of their latencies. Twice the
 * score that is allowed halves a share. The slowest are lowered first; when more are slow than may be lowered, what is
 * slow is no endpoint but something common to them, and moving clients would not help.
 */
export function shareFactors(zScores: readonly number[], settings: OutlierSettings): readonly number[] {
  const loweredMax = Math.floor(settings.partMax * zScores.length);
  const slowest = zScores
    .map((zScore, index) => ({ zScore, index }))
    .filter(({ zScore }) => zScore > settings.zScore)
    .sort((a, b) => b.zScore - a.zScore)
    .slice(0, loweredMax);
  const factors = zScores.map(() => 1);
  for (const { zScore, index } of slowest) factors[index] = Math.max(settings.floor, settings.zScore / zScore);
  return factors;
}
