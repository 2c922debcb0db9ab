import { BeliefTable } from './belief-table.ts';
import { asnKey } from './cell-key.ts';
import type { CountryLevel } from './country-level.ts';
import type { CountryBelief } from './estimates.ts';
import { type Group, groupNumber } from './grouping.ts';
import { finding, type Measured } from './measured.ts';
import { shrink } from './shrink.ts';
import type { Teller } from './tally.ts';
import type { VariationMeter } from './variation.ts';

/** Beliefs of autonomous systems in countries. */
export interface AsnLevel {
  /** Rows of {@link beliefs} by group number. */
  readonly rows: ReadonlyMap<number, number>;
  readonly beliefs: BeliefTable;
}

/** Draws what was measured of each autonomous system to its country, by how much they usually differ. */
export function compileAsns(
  measured: Measured,
  groups: ReadonlyMap<number, readonly Group[]>,
  countries: CountryLevel,
  teller: Teller,
  {
    asnVariance,
    meter,
    nowMs,
  }: { readonly asnVariance: number; readonly meter: VariationMeter; readonly nowMs: number },
): AsnLevel {
  const rows = new Map<number, number>();
  let rowsMax = 0;
  for (const members of groups.values()) rowsMax += members.length;
  const beliefs = new BeliefTable(rowsMax, measured.regions.length);
  for (const [country, members] of groups) {
    const parents = countries.beliefs.get(country);
    if (parents === undefined) continue;
    for (const group of members) {
      if (group.asn !== 0) addRow(group, parents);
    }
  }
  return { rows, beliefs };

  function addRow(group: Group, parents: readonly (CountryBelief | undefined)[]): void {
    const cell = measured.cells.find(asnKey(group.country, group.asn));
    for (const [region] of measured.regions.entries()) {
      const tally = teller.tally([group], region);
      const parent = parents[region];
      const found = finding(measured, nowMs, tally, cell, region);
      if (found === undefined || parent === undefined) continue;
      if (tally !== undefined) meter.add(tally, parent.belief, parent.samples);
      const own = { lnMs: parent.belief.lnMs, variance: parent.belief.variance + asnVariance };
      const number = groupNumber(group.country, group.asn);
      const row = rows.get(number) ?? beliefs.addRow();
      rows.set(number, row);
      beliefs.set(row, region, { ...found, belief: shrink(own, found.belief, found.voice) });
    }
  }
}
