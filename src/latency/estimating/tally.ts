import type { Cells } from '../learned/cells.ts';
import type { Measured } from '../learned/measured.ts';
import type { Records } from '../learned/records.ts';
import { Ballot } from './ballot.ts';
import type { Group, Grouping } from './grouping.ts';
import type { Belief } from './shrink.ts';
import { CENTRE_VARIANCE, Votes } from './votes.ts';

/** What the networks of a group, or of all groups of a country, measured to a region. */
export interface Tally {
  /** The centre of the networks' logarithms, and the variance of its error. */
  readonly belief: Belief;
  /** Of the networks about the centre. */
  readonly ownSpread: number;
  /** How many votes of one weight would tell as much, each faded by its age. */
  readonly weight: number;
  /** Voters (ballot.ts); Infinity where one was measured by a trusted source. */
  readonly witnesses: number;
  readonly ageMs: number;
}

/** How much networks differ from their group, as variances of logarithms. */
export interface NetworkVariation {
  /** Of a network about its autonomous system. */
  readonly network: number;
  /** Of the records of networks about their system: the same, and what records are off by. */
  readonly record: number;
}

/** A record of less than this is no longer worth a vote. */
export const COUNT_MIN = 0.05;

/**
 * As many networks as this, with the spread that is usual elsewhere, are added to those of a group to tell its spread.
 */
const USUAL_COUNT = 3;

/** What a sample is off by, as a logarithm, where nobody lies: the noise of round-trip times within a network. */
const SAMPLE_VARIANCE = 0.2 ** 2;

/** More samples than this give a network no more of a say: whoever sends the most must not decide. */
const COUNT_FULL = 8;

/** No centre is surer than this, even of a million networks: those that report are not all that ask. */
const VARIANCE_MIN = 0.01 ** 2;

/** Collects networks' votes: each network one at most, whatever it sent (ballot.ts). */
export class Teller {
  readonly #cells: Cells;
  readonly #records: Records;
  readonly #grouping: Grouping;
  readonly #nowMs: number;
  readonly #variation: NetworkVariation;
  readonly #votes = new Votes();
  readonly #ballot: Ballot;
  #ageMs = Number.POSITIVE_INFINITY;
  /** Of the votes collected: what they weigh, and the same by their precision again. */
  #weight = 0;
  #squares = 0;

  /** `variation` is what a recompile before found. */
  constructor(
    measured: Pick<Measured, 'cells' | 'records' | 'options'>,
    grouping: Grouping,
    variation: NetworkVariation,
    nowMs: number,
  ) {
    const { cells, records, options } = measured;
    this.#cells = cells;
    this.#records = records;
    this.#grouping = grouping;
    this.#nowMs = nowMs;
    this.#ballot = new Ballot(options.sourceShareMax, options.seed);
    this.#variation = variation;
  }

  /** What the networks of these groups say together; undefined where they say nothing. */
  tally(groups: readonly Group[], region: number): Tally | undefined {
    this.#votes.clear();
    this.#ageMs = Number.POSITIVE_INFINITY;
    this.#weight = 0;
    this.#squares = 0;
    for (const group of groups) this.#collect(group, region);
    const witnesses = this.#ballot.cast(this.#votes);
    const centre = this.#votes.centre();
    if (centre === undefined) return undefined;
    const { spread } = centre;
    // So many votes of one weight would tell as much (effective sample size: Kish 1965).
    const weight = centre.weight * (this.#weight / this.#squares);
    const variance = (weight * spread ** 2 + USUAL_COUNT * this.#variation.record) / (weight + USUAL_COUNT);
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
      const precision = this.#precision(count);
      const weight = Math.min(1, count) * precision;
      this.#weight += weight;
      this.#squares += weight * precision;
      this.#ballot.add(high, low, this.#records.lnMs(pair), weight, isTrusted);
      this.#ageMs = Math.min(this.#ageMs, this.#records.ageMs(pair, this.#nowMs));
    }
  }

  /**
   * How much a network of so many samples tells of its group, 0 to 1: what it strays from the group by, and what its
   * own record is off by, are what it may mislead by.
   */
  #precision(count: number): number {
    const { network } = this.#variation;
    const full = network + SAMPLE_VARIANCE / COUNT_FULL;
    return full / (network + SAMPLE_VARIANCE / Math.min(COUNT_FULL, Math.max(1, count)));
  }
}
