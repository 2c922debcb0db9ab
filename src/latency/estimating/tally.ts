import type { Cells } from '../learned/cells.ts';
import type { Measured } from '../learned/measured.ts';
import type { Records } from '../learned/records.ts';
import { Ballot } from './ballot.ts';
import type { Group, Grouping } from './grouping.ts';
import { CENTRE_VARIANCE, Votes } from './median.ts';
import type { Belief } from './shrink.ts';

/** What the networks of a group, or of all groups of a country, measured to a region. */
export interface Tally {
  /** The centre of the networks' logarithms, and the variance of its error. */
  readonly belief: Belief;
  /** Of the networks about the centre. */
  readonly ownSpread: number;
  /** Voters, each faded by its age. */
  readonly weight: number;
  /** Voters (ballot.ts); Infinity where one was measured by a trusted source. */
  readonly witnesses: number;
  readonly ageMs: number;
}

/** A record of less than this is no longer worth a vote. */
export const COUNT_MIN = 0.05;

/** As many networks as this, with the spread that is usual elsewhere, are added to those of a group to tell its spread. */
const USUAL_COUNT = 3;

/** What not even a million networks take away: they are not those that ask. */
const VARIANCE_MIN = 0.01 ** 2;

/** Collects networks' votes: each network one at most, whatever it sent (ballot.ts). */
export class Teller {
  readonly #cells: Cells;
  readonly #records: Records;
  readonly #grouping: Grouping;
  readonly #nowMs: number;
  readonly #usualVariance: number;
  readonly #votes = new Votes();
  readonly #ballot: Ballot;
  #ageMs = Number.POSITIVE_INFINITY;

  /** `usualVariance` is that of networks about their group, as a recompile before found it. */
  constructor(
    measured: Pick<Measured, 'cells' | 'records' | 'options'>,
    grouping: Grouping,
    usualVariance: number,
    nowMs: number,
  ) {
    const { cells, records, options } = measured;
    this.#cells = cells;
    this.#records = records;
    this.#grouping = grouping;
    this.#nowMs = nowMs;
    this.#ballot = new Ballot(options.sourceShareMax, options.seed);
    this.#usualVariance = usualVariance;
  }

  /** What the networks of these groups say together; undefined where they say nothing. */
  tally(groups: readonly Group[], region: number): Tally | undefined {
    this.#votes.clear();
    this.#ageMs = Number.POSITIVE_INFINITY;
    for (const group of groups) this.#collect(group, region);
    const witnesses = this.#ballot.cast(this.#votes);
    const centre = this.#votes.centre();
    if (centre === undefined) return undefined;
    const { spread, weight } = centre;
    const variance = (weight * spread ** 2 + USUAL_COUNT * this.#usualVariance) / (weight + USUAL_COUNT);
    const belief = { lnMs: centre.centre, variance: (CENTRE_VARIANCE * variance) / weight + VARIANCE_MIN };
    return { belief, ownSpread: spread, weight, witnesses, ageMs: this.#ageMs };
  }

  #collect({ start, end }: Group, region: number): void {
    const { regionCount } = this.#records;
    for (let index = start; index < end; index++) {
      const cell = this.#grouping.order[index]!;
      if (!this.#cells.isNetwork(cell)) continue;
      const pair = cell * regionCount + region;
      const count = this.#records.countAt(pair, this.#nowMs);
      if (count < COUNT_MIN) continue;
      const { high, low } = this.#cells.key(cell);
      const isTrusted = this.#records.isTrusted(pair);
      this.#ballot.add(high, low, this.#records.lnMs(pair), Math.min(1, count), isTrusted);
      this.#ageMs = Math.min(this.#ageMs, this.#records.ageMs(pair, this.#nowMs));
    }
  }
}
