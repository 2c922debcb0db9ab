import { median } from '../../util/median.ts';
import type { Cells } from '../learned/cells.ts';
import type { Records } from '../learned/records.ts';
import { PER_MEAN_DEVIATION } from './normal.ts';
import { COUNT_MIN } from './tally.ts';

/** A single sample of a network that shows little noise: not better than this. */
const RECORD_VARIANCE_MIN = 0.03 ** 2;

/** Records of which the typical noise is taken: more make the figure no better. */
const NOISE_SAMPLE = 4096;

/** The variance of what a record of so many samples is off by, as a logarithm. */
export function recordVariance(records: Records, pair: number, count: number): number {
  return noiseVariance(records, pair, count) + RECORD_VARIANCE_MIN;
}

/** The part of it that more samples take away. */
function noiseVariance(records: Records, pair: number, count: number): number {
  return (PER_MEAN_DEVIATION * records.spread(pair)) ** 2 / count;
}

/** The median of that part over networks' records; 0 where there are none. */
export function typicalNoise(cells: Cells, records: Records, nowMs: number): number {
  const pairs = cells.count * records.regionCount;
  const step = Math.max(1, Math.trunc(pairs / NOISE_SAMPLE));
  const variances: number[] = [];
  for (let pair = 0; pair < pairs; pair += step) {
    if (!cells.isNetwork(Math.trunc(pair / records.regionCount))) continue;
    const count = records.countAt(pair, nowMs);
    if (count >= COUNT_MIN) variances.push(noiseVariance(records, pair, count));
  }
  return variances.length === 0 ? 0 : median(variances);
}
