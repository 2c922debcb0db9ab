import type { Sliced } from '../../util/slices.ts';
import { countryCode } from '../learned/cell-key.ts';
import type { Measured } from '../learned/measured.ts';
import { compilingAsns } from './asn-level.ts';
import { compilingCountries } from './country-level.ts';
import { Drift } from './drift.ts';
import { Estimates, noiseVariance } from './estimates.ts';
import { groupingCells } from './grouping.ts';
import { median } from './median.ts';
import { COUNT_MIN, Teller } from './tally.ts';
import { type Variation, VariationMeter } from './variation.ts';

/** Records of which the typical noise is taken: more make the figure no better. */
const NOISE_SAMPLE = 4096;

/**
 * Makes estimates of what was measured, in slices: follows what changed, takes medians, fills in what is missing, draws children to their
 * parents. What is measured may be read between slices, but must not change. `variation` is what the recompile before found.
 * Changes are looked for when a period is over: the samples in it tell of them.
 */
export function* compiling(
  measured: Measured,
  variation: Variation,
  nowMs: number,
  isPeriodOver: boolean,
): Sliced<Estimates> {
  const { regions, regionIndices, options, cells, records } = measured;
  const grouping = yield* groupingCells(cells);
  const drift = new Drift(cells, records, grouping);
  const continentOf = (country: number) => measured.places.get(countryCode(country) ?? '')?.continent;
  if (isPeriodOver) {
    for (const [region] of regions.entries()) yield* drift.following(region, continentOf);
    records.endPeriod(cells.count);
  }
  const teller = new Teller(measured, grouping, variation, nowMs);
  const countries = yield* compilingCountries(measured, grouping.countries, teller, nowMs);
  const meter = new VariationMeter();
  const asns = yield* compilingAsns(measured, grouping.countries, countries, teller, {
    asnVariance: variation.asn,
    meter,
    nowMs,
  });
  return new Estimates({
    regions,
    regionIndices,
    options,
    nowMs,
    cells,
    records,
    fit: countries.filled.fit,
    variation: meter.measure(typicalNoise(measured, nowMs)),
    countries: countries.beliefs,
    asnRows: asns.rows,
    asns: asns.beliefs,
    changed: drift.changed,
  });
}

/** The median variance of what networks' records are off by. */
function typicalNoise({ cells, records }: Measured, nowMs: number): number {
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
