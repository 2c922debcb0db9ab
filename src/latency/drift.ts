import type { Cells } from './cells.ts';
import type { Group, Grouping } from './grouping.ts';
import { CENTRE_VARIANCE, Votes } from './median.ts';
import type { Records } from './records.ts';

/** Fewer networks than this prove no change: three of them may lie at once. */
const VOTES_MIN = 8;

/** Less than this is left to the running centres. */
const CHANGE_MIN = 0.08;
const CHANGE_MIN_MS = 5;

/** So many standard errors are no chance: one false alarm in 16,000 looks. */
const SIGNIFICANT = 4;
/** The standard deviation over the mean absolute deviation, for normal values. */
const NORMAL = 1.2533;

/** Residuals in ms, in the range of {@link Votes}. */
const MS_PER_VOTE = 500;

/** Residuals, and the noise that their records had until now: by chance, a few votes may look more at one than they are. */
class Pool {
  readonly votes = new Votes();
  #noise = 0;

  push(residual: number, noise: number): void {
    this.votes.push(residual, 1);
    this.#noise += noise;
  }

  clear(): void {
    this.votes.clear();
    this.#noise = 0;
  }

  /** By how much the votes say that things moved; 0 where that may be chance. Empties the pool. */
  change(changeMin: number): number {
    const { count } = this.votes;
    const noise = (NORMAL * this.#noise) / count;
    const found = this.votes.centre();
    this.clear();
    if (found === undefined || count < VOTES_MIN) return 0;
    const error = Math.max(found.spread, noise) * Math.sqrt(CENTRE_VARIANCE / count);
    return Math.abs(found.centre) > Math.max(changeMin, SIGNIFICANT * error) ? found.centre : 0;
  }
}

/**
 * Finds what changed since the last recompile: when the latest samples of most networks of an autonomous system, else of a country,
 * else of a continent, differ from their records the same way, all their records move at once, those without a new sample too.
 * A route that broke is then seen in one period, while a lone network (or liar) moves nobody but itself.
 */
export class Drift {
  readonly #cells: Cells;
  readonly #records: Records;
  readonly #grouping: Grouping;
  readonly #group = new Pool();
  readonly #country = new Pool();

  constructor(cells: Cells, records: Records, grouping: Grouping) {
    this.#cells = cells;
    this.#records = records;
    this.#grouping = grouping;
  }

  /** Moves the records of a region. `continentOf` is undefined for a country that is on no map. */
  follow(region: number, continentOf: (country: number) => string | undefined): void {
    const pools = new Map<string, { readonly votes: Pool; readonly undecided: Group[] }>();
    for (const [country, groups] of this.#grouping.countries) {
      const continent = continentOf(country);
      const pool = pools.get(continent ?? '') ?? { votes: new Pool(), undecided: [] };
      if (continent !== undefined) {
        pools.set(continent, pool);
        for (const group of groups) this.#collectMs(group, region, pool.votes);
      }
      pool.undecided.push(...this.#followCountry(groups, region));
    }
    for (const { votes, undecided } of pools.values()) this.#followContinent(votes, undecided, region);
  }

  /** Gives the groups that had too few votes to decide for themselves, even together. */
  #followCountry(groups: readonly Group[], region: number): readonly Group[] {
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
    const isDecided = this.#country.votes.count >= VOTES_MIN;
    const change = this.#country.change(CHANGE_MIN);
    if (change !== 0) for (const group of rest) this.#shift(group, region, () => change);
    return isDecided ? [] : rest;
  }

  #followContinent(votes: Pool, undecided: readonly Group[], region: number): void {
    const changeMs = votes.change(CHANGE_MIN_MS / MS_PER_VOTE) * MS_PER_VOTE;
    if (changeMs === 0) return;
    for (const group of undecided) {
      this.#shift(group, region, (lnMs) => {
        const ms = Math.exp(lnMs);
        return Math.log(Math.max(ms / 2, ms + changeMs) / ms);
      });
    }
  }

  #collect(group: Group, region: number, pool: Pool): void {
    this.#eachVote(group, region, (pair, residual) => pool.push(residual, this.#records.spread(pair)));
  }

  #collectMs(group: Group, region: number, pool: Pool): void {
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

  #shift({ start, end }: Group, region: number, by: (lnMs: number) => number): void {
    for (let index = start; index < end; index++) {
      const pair = this.#grouping.order[index]! * this.#records.regionCount + region;
      if (this.#records.hasAny(pair)) this.#records.shift(pair, by(this.#records.lnMs(pair)));
    }
  }
}
