import type { Sliced } from '../../util/slices.ts';
import type { Cells } from '../learned/cells.ts';
import type { Records } from '../learned/records.ts';
import { ChangePool } from './change-pool.ts';
import { ChangedGroups } from './changed-groups.ts';
import { type Group, type Grouping, groupNumber } from './grouping.ts';

/** Less than this is left to the running centres. */
const CHANGE_MIN = 0.08;
const CHANGE_MIN_MS = 5;

/**
 * Chance alone is to pass for a change in one of so many periods. In each there are as many looks as groups times
 * regions: of many, one is always some standard errors off, so what proves a change grows with their number (the
 * universal threshold: Donoho and Johnstone 1994).
 */
const PERIODS_A_FALSE_ALARM = 1000;

/** Residuals in ms, in the range of votes. */
const MS_PER_VOTE = 500;

/** Groups of a country that saw no change of which they are sure. */
interface Undecided {
  readonly groups: readonly Group[];
  /** What they see together, as a logarithm and too unsure to act on; undefined where too few look. */
  readonly change: number | undefined;
}

/**
 * Finds what changed since the last recompile: when the latest samples of most networks of an autonomous system, else
 * of a country, else of a continent, differ from their records the same way, all their records move at once, those
 * without a new sample too. A route that broke is then seen in one period, while a lone network (or liar) moves nobody
 * but itself.
 */
export class Drift {
  readonly #cells: Cells;
  readonly #records: Records;
  readonly #grouping: Grouping;
  readonly #significant: number;
  readonly #group: ChangePool;
  readonly #country: ChangePool;
  /** The groups, and their countries, of which records were moved. */
  readonly changed: ChangedGroups;

  constructor(cells: Cells, records: Records, grouping: Grouping) {
    this.#cells = cells;
    this.#records = records;
    this.#grouping = grouping;
    const groups = groupCount(grouping);
    this.#significant = Math.sqrt(2 * Math.log(groups * records.regionCount * PERIODS_A_FALSE_ALARM));
    this.#group = new ChangePool(this.#significant);
    this.#country = new ChangePool(this.#significant);
    this.changed = new ChangedGroups(groups, records.regionCount);
  }

  /** Moves the records of a region, country by country. `continentOf` is undefined for a country that is on no map. */
  *following(region: number, continentOf: (country: number) => string | undefined): Sliced<void> {
    const pools = new Map<string, { readonly votes: ChangePool; readonly undecided: Undecided[] }>();
    for (const [country, groups] of this.#grouping.countries) {
      yield;
      const continent = continentOf(country);
      const pool = pools.get(continent ?? '') ?? { votes: new ChangePool(this.#significant), undecided: [] };
      if (continent !== undefined) {
        pools.set(continent, pool);
        for (const group of groups) this.#collectMs(group, region, pool.votes);
      }
      pool.undecided.push(this.#followCountry(groups, region));
    }
    for (const { votes, undecided } of pools.values()) {
      yield;
      this.#followContinent(votes, undecided, region);
    }
  }

  /** Gives what is left for the continent to decide. */
  #followCountry(groups: readonly Group[], region: number): Undecided {
    this.#country.clear();
    const rest: Group[] = [];
    for (const group of groups) {
      this.#group.clear();
      this.#collect(group, region, this.#group);
      const change = this.#group.change(CHANGE_MIN);
      if (change !== 0) this.#shift(group, region, () => change);
      else {
        this.#collect(group, region, this.#country);
        rest.push(group);
      }
    }
    const found = this.#country.finding(CHANGE_MIN);
    if (found?.isSure !== true) return { groups: rest, change: found?.change };
    for (const group of rest) this.#shift(group, region, () => found.change);
    return { groups: [], change: undefined };
  }

  /**
   * A country too small, or too far, to be sure by itself goes along unless what it sees is nearer to no change at all.
   */
  #followContinent(votes: ChangePool, undecided: readonly Undecided[], region: number): void {
    const changeMs = votes.change(CHANGE_MIN_MS / MS_PER_VOTE) * MS_PER_VOTE;
    if (changeMs === 0) return;
    const moved = (lnMs: number): number => {
      const ms = Math.exp(lnMs);
      return Math.log(Math.max(ms / 2, ms + changeMs) / ms);
    };
    for (const { groups, change } of undecided) {
      for (const group of groups) {
        this.#shift(group, region, (lnMs) => (isNearer(change, moved(lnMs)) ? moved(lnMs) : 0));
      }
    }
  }

  #collect(group: Group, region: number, pool: ChangePool): void {
    this.#eachVote(group, region, (pair, residual) => pool.push(residual, this.#records.spread(pair)));
  }

  #collectMs(group: Group, region: number, pool: ChangePool): void {
    this.#eachVote(group, region, (pair, residual) => {
      const scale = Math.exp(this.#records.lnMs(pair)) / MS_PER_VOTE;
      pool.push(scale * Math.expm1(residual), scale * this.#records.spread(pair));
    });
  }

  #eachVote({ start, end }: Group, region: number, take: (pair: number, residual: number) => void): void {
    for (let index = start; index < end; index++) {
      const cell = this.#grouping.order[index]!;
      if (!this.#cells.isNetwork(cell)) continue;
      const pair = cell * this.#records.regionCount + region;
      const residual = this.#records.residual(pair);
      if (residual !== undefined) take(pair, residual);
    }
  }

  #shift({ country, asn, start, end }: Group, region: number, by: (lnMs: number) => number): void {
    let isShifted = false;
    for (let index = start; index < end; index++) {
      const pair = this.#grouping.order[index]! * this.#records.regionCount + region;
      const change = this.#records.hasAny(pair) ? by(this.#records.lnMs(pair)) : 0;
      if (change === 0) continue;
      this.#records.shift(pair, change);
      isShifted = true;
    }
    if (!isShifted) return;
    this.changed.add(groupNumber(country, asn), region);
    this.changed.add(groupNumber(country, 0), region);
  }
}

/**
 * Whether what is seen is rather a change of so much than none: the likelier of the two, as both have the same error.
 */
function isNearer(seen: number | undefined, change: number): boolean {
  return seen === undefined || Math.abs(seen - change) < Math.abs(seen);
}

/** Of autonomous systems in countries, and of countries. */
function groupCount({ countries }: Grouping): number {
  let groups = 1;
  for (const members of countries.values()) groups += 1 + members.length;
  return groups;
}
