import { PER_MEDIAN_DEVIATION } from './normal.ts';

/** What many values say together. */
interface Centre {
  /**
   * The mean of the middle three quarters, outliers aside: firm against lies within their reach, and nearer the truth
   * than a median.
   */
  readonly centre: number;
  /**
   * The median of the distances from it, times {@link PER_MEDIAN_DEVIATION}: the standard deviation where the values
   * are normal.
   */
  readonly spread: number;
  /** The sum of the weights. */
  readonly weight: number;
}

/**
 * The part of the weight that is left out at either end: of the middle half alone, a seventh of what votes tell is
 * lost.
 */
const TRIMMED = 1 / 8;

/** The variance of the mean of what is left over that of the mean of all, for normal values. */
export const CENTRE_VARIANCE = 1.08;

/** A vote is its value in steps of 0.03 % and its weight in steps of 1/255, in one number that sorts by value. */
const STEPS = 3000;
const OFFSET = 20;
const WEIGHTS = 255;

/** The least weight that a vote can have. */
export const VOTE_MIN = 1 / WEIGHTS;

/** More votes than this make no median better; they would only take longer to sort. */
const VOTES_MAX = 16_384;

/** Votes further from the median than so many spreads take no part: lies by a factor of ten are far beyond. */
const REACH = 3;
/** But votes that differ by this much always do: a few may be alike by chance. */
const REACH_MIN = 0.1;

/**
 * Up to so many votes are sorted in place: a view of them for the built-in sort, millions a recompile, is memory for
 * nothing.
 */
const INSERTION_MAX = 48;

/**
 * Weighted values, to take the median of; made once and used again, as a recompile asks for a million medians. Values
 * are logarithms, from -20 to 20.
 */
export class Votes {
  #packed = new Uint32Array(64);
  #distances = new Uint32Array(64);
  #count = 0;
  #offered = 0;

  get count(): number {
    return this.#count;
  }

  clear(): void {
    this.#count = 0;
    this.#offered = 0;
  }

  /** A vote of weight above 0, at most 1. Beyond the bound, later votes take the places of earlier ones, in turn. */
  push(value: number, weight: number): void {
    if (this.#count === this.#packed.length && this.#count < VOTES_MAX) this.#grow();
    const place = this.#count < VOTES_MAX ? this.#count++ : (this.#offered * 7919) % VOTES_MAX;
    this.#offered++;
    this.#packed[place] = pack(value, Math.max(1, Math.round(weight * WEIGHTS)));
  }

  /** Undefined for no votes. */
  centre(): Centre | undefined {
    if (this.#count === 0) return undefined;
    const votes = this.#packed;
    const count = this.#count;
    const weight = sorted(votes, count) / WEIGHTS;
    const median = medianOfSorted(votes, count);
    const spread = PER_MEDIAN_DEVIATION * this.#distanceFrom(median);
    const reach = Math.max(REACH * spread, REACH_MIN);
    const centre = middleMean(votes, count, median - reach, median + reach);
    this.clear();
    return { centre, spread, weight };
  }

  /** The median distance of votes from a value. */
  #distanceFrom(value: number): number {
    for (let index = 0; index < this.#count; index++) {
      const vote = this.#packed[index]!;
      this.#distances[index] = pack(Math.abs(voteValue(vote) - value), vote & WEIGHTS);
    }
    sorted(this.#distances, this.#count);
    return medianOfSorted(this.#distances, this.#count);
  }

  #grow(): void {
    const larger = new Uint32Array(2 * this.#packed.length);
    larger.set(this.#packed);
    this.#packed = larger;
    this.#distances = new Uint32Array(larger.length);
  }
}

/** The mean of the weight but for {@link TRIMMED} at either end, of sorted votes between two values. */
function middleMean(votes: Uint32Array, count: number, least: number, most: number): number {
  let [first, total, end] = [0, 0, 0];
  while (voteValue(votes[first]!) < least) first++;
  for (end = first; end < count && voteValue(votes[end]!) <= most; end++) total += votes[end]! & WEIGHTS;
  const [from, to] = [TRIMMED * total, (1 - TRIMMED) * total];
  let [passed, sum] = [0, 0];
  for (let index = first; index < end; index++) {
    const start = passed;
    passed += votes[index]! & WEIGHTS;
    const inside = Math.min(passed, to) - Math.max(start, from);
    if (inside > 0) sum += inside * voteValue(votes[index]!);
  }
  return sum / (to - from);
}

/** The value at which half of the weight is passed; between two values at exactly half. */
function medianOfSorted(votes: Uint32Array, count: number): number {
  let total = 0;
  for (let index = 0; index < count; index++) total += votes[index]! & WEIGHTS;
  let passed = 0;
  let index = 0;
  while (2 * (passed + (votes[index]! & WEIGHTS)) < total) passed += votes[index++]! & WEIGHTS;
  const value = voteValue(votes[index]!);
  const isBetween = 2 * (passed + (votes[index]! & WEIGHTS)) === total && index + 1 < count;
  return isBetween ? (value + voteValue(votes[index + 1]!)) / 2 : value;
}

/** Sorts the first votes, and gives their total weight. */
function sorted(votes: Uint32Array, count: number): number {
  if (count > INSERTION_MAX) votes.subarray(0, count).sort();
  else insertionSort(votes, count);
  let total = 0;
  for (let index = 0; index < count; index++) total += votes[index]! & WEIGHTS;
  return total;
}

function insertionSort(votes: Uint32Array, count: number): void {
  for (let index = 1; index < count; index++) {
    const vote = votes[index]!;
    let place = index;
    for (; place > 0 && votes[place - 1]! > vote; place--) votes[place] = votes[place - 1]!;
    votes[place] = vote;
  }
}

function pack(value: number, weight: number): number {
  return Math.round((Math.min(20, Math.max(-OFFSET, value)) + OFFSET) * STEPS) * (WEIGHTS + 1) + weight;
}

function voteValue(vote: number): number {
  return (vote >>> 8) / STEPS - OFFSET;
}
