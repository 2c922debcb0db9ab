import type { Sliced } from '../../util/slices.ts';
import { countryCode, countryKey, countryNumber, NO_COUNTRY } from '../learned/cell-key.ts';
import type { Measured } from '../learned/measured.ts';
import type { CountryBelief } from './compiled.ts';
import { type Filled, filling } from './fill.ts';
import { type Finding, finding } from './finding.ts';
import type { Group } from './grouping.ts';
import { type Belief, shrink } from './shrink.ts';
import type { Teller } from './tally.ts';

/** Beliefs of each country to each region, and the line by distance that they rest on. */
export interface CountryLevel {
  readonly beliefs: ReadonlyMap<number, readonly (CountryBelief | undefined)[]>;
  readonly filled: Filled;
}

/**
 * Draws what was measured of countries to what distance and neighbours say, and fills in those of which nothing was.
 */
export function* compilingCountries(
  measured: Measured,
  groups: ReadonlyMap<number, readonly Group[]>,
  teller: Teller,
  nowMs: number,
): Sliced<CountryLevel> {
  const findings = new Map<number, readonly (Finding | undefined)[]>();
  for (const [country, members] of groups) {
    if (country === NO_COUNTRY) continue;
    const cell = measured.cells.find(countryKey(country));
    const row: (Finding | undefined)[] = [];
    for (let region = 0; region < measured.regions.length; region++) {
      yield; // a large one has a fifth of all networks
      row.push(finding(measured, nowMs, teller.tally(members, region), cell, region));
    }
    findings.set(country, row);
  }
  const codes = [...measured.places.keys()];
  const places = [...measured.places.values()];
  const found = codes.flatMap((code) => rowOf(findings.get(countryNumber(code)), measured.regions.length));
  const filled = yield* filling(places, measured.regions, found.map(evidenceOf));
  const beliefs = new Map<number, readonly (CountryBelief | undefined)[]>();
  for (const [country, row] of findings) if (!isPlaced(measured, country)) beliefs.set(country, row.map(unplaced));
  for (const [index, code] of codes.entries()) {
    const start = index * measured.regions.length;
    const row = measured.regions.map((_, region) => placed(filled, start + region, found[start + region]));
    beliefs.set(countryNumber(code), row);
  }
  return { beliefs, filled };
}

function isPlaced(measured: Measured, country: number): boolean {
  return measured.places.has(countryCode(country) ?? '');
}

function rowOf(row: readonly (Finding | undefined)[] | undefined, length: number): readonly (Finding | undefined)[] {
  return row ?? Array<undefined>(length).fill(undefined);
}

/** What tells neighbours. A lone stranger tells them nothing. */
function evidenceOf(found: Finding | undefined): Belief | undefined {
  return found === undefined || found.voice.witnesses * found.voice.shareMax < 1 ? undefined : found.belief;
}

function placed(filled: Filled, pair: number, found: Finding | undefined): CountryBelief {
  const parent = { lnMs: filled.lnMs[pair]!, variance: filled.variance[pair]! };
  if (found === undefined) {
    const source = filled.hasNeighbours[pair] === 1 ? 'neighbours' : 'distance';
    return { belief: parent, samples: 0, ageMs: Number.POSITIVE_INFINITY, source };
  }
  const { samples, ageMs, voice } = found;
  return { belief: shrink(parent, found.belief, voice), samples, ageMs, source: 'country' };
}

/**
 * Of a country on no map there is what was measured, and nothing to draw it to. Networks of no known country have
 * nothing in common.
 */
function unplaced(found: Finding | undefined): CountryBelief | undefined {
  return found && { ...found, source: 'country' };
}
