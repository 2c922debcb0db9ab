/** What many values say together. */
export interface Centre {
  /** The mean of the middle half: as firm as a median against a quarter of liars, and nearer the truth without them. */
  readonly centre: number;
  /** The median of the distances from it, times 1.4826: the standard deviation where the values are normal. */
  readonly spread: number;
  /** The sum of the weights. */
  readonly weight: number;
}

/** The standard deviation of a normal distribution over its median absolute deviation. */
const NORMAL = 1.4826;

/** The variance of the mean of the middle half over that of the mean of all, for normal values. */
export const CENTRE_VARIANCE = 1.2;

/** A vote is its value in steps of 0.03 % and its weight in steps of 1/255, in one number that sorts by value. */
const STEPS = 3000;
const OFFSET = 20;
const WEIGHTS = 255;

/** More votes than this make no median better; they would only take longer to sort. */
const VOTES_MAX = 16_384;

/** Up to so many votes are sorted in place: a view of them for the built-in sort, millions a recompile, is memory for nothing. */
const INSERTION_MAX = 48;

/**
 * Weighted values, to take the median of; made once and used again, as a recompile asks for a million medians. Values are
 * logarithms, from -20 to 20.
 */
export class Votes {
  #packed = new Uint32Array(64);
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
    const middle = middleMean(votes, count);
    let weight = 0;
    for (let index = 0; index < count; index++) {
      const vote = votes[index]!;
      weight += vote & WEIGHTS;
      votes[index] = pack(Math.abs(voteValue(vote) - middle), vote & WEIGHTS);
    }
    const spread = NORMAL * weightedMedian(votes, count);
    this.clear();
    return { centre: middle, spread, weight: weight / WEIGHTS };
  }

  #grow(): void {
    const larger = new Uint32Array(2 * this.#packed.length);
    larger.set(this.#packed);
    this.#packed = larger;
  }
}

/** The mean of the half of the weight that lies in the middle. Sorts. */
function middleMean(votes: Uint32Array, count: number): number {
  const total = sorted(votes, count);
  const [from, to] = [total / 4, (3 * total) / 4];
  let passed = 0;
  let sum = 0;
  for (let index = 0; index < count; index++) {
    const vote = votes[index]!;
    const start = passed;
    passed += vote & WEIGHTS;
    const inside = Math.min(passed, to) - Math.max(start, from);
    if (inside > 0) sum += inside * voteValue(vote);
  }
  return sum / (to - from);
}

/** The value at which half of the weight is passed; between two values at exactly half. Sorts. */
function weightedMedian(votes: Uint32Array, count: number): number {
  const total = sorted(votes, count);
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

/** The middle of a few values; NaN for none. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.trunc(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
