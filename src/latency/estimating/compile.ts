import type { Sliced } from '../../util/slices.ts';
import { countryCode } from '../learned/cell-key.ts';
import type { Measured } from '../learned/measured.ts';
import { compilingAsns } from './asn-level.ts';
import { compilingCountries } from './country-level.ts';
import { Drift } from './drift.ts';
import { Estimates } from './estimates.ts';
import { groupingCells } from './grouping.ts';
import { typicalNoise } from './record-noise.ts';
import { Teller } from './tally.ts';
import { type Variation, VariationMeter } from './variation.ts';

/**
 * Makes estimates of what was measured, in slices: follows what changed, takes medians, fills in what is missing, draws
 * children to their parents. What is measured may be read between slices, but must not change. `variation` is what the
 * recompile before found. Changes are looked for when a period is over: the samples in it tell of them.
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
    variation: meter.measure(typicalNoise(cells, records, nowMs)),
    countries: countries.beliefs,
    asnRows: asns.rows,
    asns: asns.beliefs,
    changed: drift.changed,
  });
}
