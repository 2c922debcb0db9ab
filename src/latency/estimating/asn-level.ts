import type { Sliced } from '../../util/slices.ts';
import { asnKey, NO_COUNTRY } from '../learned/cell-key.ts';
import type { Measured } from '../learned/measured.ts';
import { BeliefTable } from './belief-table.ts';
import type { CountryBelief } from './compiled.ts';
import type { CountryLevel } from './country-level.ts';
import { type Finding, finding } from './finding.ts';
import { type Group, groupNumber } from './grouping.ts';
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
export function* compilingAsns(
  measured: Measured,
  groups: ReadonlyMap<number, readonly Group[]>,
  countries: CountryLevel,
  teller: Teller,
  {
    asnVariance,
    meter,
    nowMs,
  }: { readonly asnVariance: number; readonly meter: VariationMeter; readonly nowMs: number },
): Sliced<AsnLevel> {
  const rows = new Map<number, number>();
  let rowsMax = 0;
  for (const members of groups.values()) rowsMax += members.length;
  const beliefs = new BeliefTable(rowsMax, measured.regions.length);
  for (const [country, members] of groups) {
    const parents = countries.beliefs.get(country);
    for (const group of members) {
      if (group.asn === 0) continue;
      yield;
      if (country === NO_COUNTRY) addTold(group);
      else if (parents !== undefined) addRow(group, parents);
    }
  }
  return { rows, beliefs };

  /** What a table says of a system wherever it is. */
  function told(asn: number, region: number): Finding | undefined {
    return finding(measured, nowMs, undefined, measured.cells.find(asnKey(NO_COUNTRY, asn)), region);
  }

  function addTold({ asn }: Group): void {
    for (const [region] of measured.regions.entries()) {
      const found = told(asn, region);
      if (found !== undefined) set(groupNumber(NO_COUNTRY, asn), region, found);
    }
  }

  function set(number: number, region: number, found: Finding): void {
    const row = rows.get(number) ?? beliefs.addRow();
    rows.set(number, row);
    beliefs.set(row, region, found);
  }

  function addRow(group: Group, parents: readonly (CountryBelief | undefined)[]): void {
    const cell = measured.cells.find(asnKey(group.country, group.asn));
    for (const [region] of measured.regions.entries()) {
      const tally = teller.tally([group], region);
      const parent = parents[region];
      const found = finding(measured, nowMs, tally, cell, region);
      if (found === undefined || parent === undefined) continue;
      if (tally !== undefined) meter.add(tally, parent.belief, parent.samples);
      const { lnMs, variance } = told(group.asn, region)?.belief ?? parent.belief;
      const own = { lnMs, variance: variance + asnVariance };
      set(groupNumber(group.country, group.asn), region, {
        ...found,
        belief: shrink(own, found.belief, found.voice),
      });
    }
  }
}
