import type { LatencyOptions } from '../options.ts';
import { fade } from './fade.ts';
import { fromScale, toScale } from './log-scale.ts';
import { type PairRecord, TOLD_SPREAD } from './pair-record.ts';
import { countWitnesses, TRUSTED_WITNESS } from './witnesses.ts';

/**
 * A record averages over at most so many samples: at 20 % noise its own error is then 3 %, and a change shows in a few
 * reports.
 */
const COUNT_MAX = 32;
const COUNT_STEPS = 64;

const SPREAD_STEPS = 128;
/** Of the first sample: what round-trip times within a network typically differ by, as a logarithm. */
const SPREAD_START = 0.2;
/**
 * It weighs as much as so many deviations. With less, a few samples that are alike by chance would have the next honest
 * ones taken for outliers; and as outliers have no part in the spread, it would stay too small.
 */
const SPREAD_START_COUNT = 5;

/**
 * Beyond this many spreads, and at least this much, a sample is an outlier, and takes no part: lies by a factor are far
 * beyond.
 */
const CLIP_SPREADS = 3;
const CLIP_MIN = 0.3;

/** After so many outliers the record itself is taken to be wrong, however sure it seemed. */
const MISFITS_MAX = 3;
const RESIDUAL_STEPS = 40;
const NO_RESIDUAL = -128;

/** What stands for the spread of what a table told, where a spread is asked for. */
const TOLD_SPREAD_TAKEN = 0.1;

/**
 * What was measured for each pair of a cell and a region, in 13 octets a pair: a running centre of the logarithms,
 * outliers aside, how sure it is, and how its latest sample differed. A row for each cell, a column for each region.
 */
export class Records {
  readonly regionCount: number;
  readonly #value: Uint16Array;
  readonly #count: Uint16Array;
  readonly #seenSeconds: Uint32Array;
  readonly #witnesses: Uint16Array;
  readonly #spread: Uint8Array;
  readonly #misfits: Uint8Array;
  readonly #residual: Int8Array;
  readonly #halfLives: HalfLives;

  /** Room for all cells there may be: pages that nothing was written to take no memory. */
  constructor(cellsMax: number, regionCount: number, halfLives: HalfLives) {
    const pairs = cellsMax * regionCount;
    this.#halfLives = halfLives;
    this.regionCount = regionCount;
    this.#value = new Uint16Array(pairs);
    this.#count = new Uint16Array(pairs);
    this.#seenSeconds = new Uint32Array(pairs);
    this.#witnesses = new Uint16Array(pairs);
    this.#spread = new Uint8Array(pairs);
    this.#misfits = new Uint8Array(pairs);
    this.#residual = new Int8Array(pairs);
  }

  /** Takes a sample in: `lnMs` its logarithm, `witness` a bit for its source. */
  observe(pair: number, lnMs: number, atMs: number, witness: number): void {
    const count = this.countAt(pair, atMs);
    const atSeconds = Math.round(atMs / 1000);
    if (count < 1 / COUNT_STEPS) {
      this.set(pair, { lnMs, count: 1, spread: SPREAD_START, witnesses: witness, seenSeconds: atSeconds });
      return;
    }
    const difference = lnMs - this.lnMs(pair);
    const fits = this.#step(pair, difference, count);
    this.#seenSeconds[pair] = Math.max(this.#seenSeconds[pair]!, atSeconds);
    if (fits) this.#witnesses[pair]! |= witness; // who says otherwise is no witness
    this.#residual[pair] = toResidual(lnMs - this.lnMs(pair));
  }

  /** Gives whether the sample fits in. */
  #step(pair: number, difference: number, count: number): boolean {
    const spread = this.spread(pair);
    const clip = Math.max(CLIP_MIN, CLIP_SPREADS * spread);
    const isOutlier = Math.abs(difference) > clip;
    this.#misfits[pair] = isOutlier ? Math.min(255, this.#misfits[pair]! + 1) : Math.max(0, this.#misfits[pair]! - 1);
    // An outlier has no part in the spread either: lies would widen it until they fit.
    const taken = isOutlier ? 0 : 1;
    const gain = taken / Math.min(count + 1, COUNT_MAX);
    const spreadGain = taken / Math.min(count + SPREAD_START_COUNT, COUNT_MAX);
    this.#value[pair] = toScale(this.lnMs(pair) + gain * difference);
    this.#spread[pair] = toSpread(spread + spreadGain * (Math.abs(difference) - spread));
    this.#count[pair] = Math.round(Math.min(count + taken, COUNT_MAX) * COUNT_STEPS);
    return !isOutlier;
  }

  /** Writes a record as it is. */
  set(pair: number, record: Omit<PairRecord, 'pair'>): void {
    this.#value[pair] = toScale(record.lnMs);
    this.#count[pair] = Math.round(Math.min(record.count, COUNT_MAX) * COUNT_STEPS);
    this.#seenSeconds[pair] = record.seenSeconds;
    this.#spread[pair] = record.spread === TOLD_SPREAD ? TOLD_SPREAD : toSpread(record.spread);
    this.#witnesses[pair] = record.witnesses;
    this.#misfits[pair] = 0;
    this.#residual[pair] = NO_RESIDUAL;
  }

  /** Forgets a cell. */
  clear(cell: number): void {
    const [from, to] = [cell * this.regionCount, (cell + 1) * this.regionCount];
    this.#count.fill(0, from, to);
    this.#residual.fill(NO_RESIDUAL, from, to);
  }

  /**
   * Moves a centre by a logarithm: what happened to its neighbours happened to it. By how much is less sure, so that
   * new samples weigh more.
   */
  shift(pair: number, difference: number): void {
    if (this.#count[pair] === 0) return;
    this.#value[pair] = toScale(this.lnMs(pair) + difference);
    this.#count[pair] = Math.min(this.#count[pair]!, COUNT_STEPS);
    const residual = this.residual(pair);
    if (residual !== undefined) this.#residual[pair] = toResidual(residual - difference);
  }

  hasAny(pair: number): boolean {
    return this.#count[pair] !== 0;
  }

  lnMs(pair: number): number {
    return fromScale(this.#value[pair]!);
  }

  /** Samples, each faded by its age. */
  countAt(pair: number, nowMs: number): number {
    const count = this.#count[pair]!;
    if (count === 0) return 0;
    const { halfLifeMs, tableHalfLifeMs } = this.#halfLives;
    const isTold = this.#spread[pair] === TOLD_SPREAD;
    return (count / COUNT_STEPS) * fade(this.ageMs(pair, nowMs), isTold ? tableHalfLifeMs : halfLifeMs);
  }

  /** Since the latest sample. */
  ageMs(pair: number, nowMs: number): number {
    return Math.max(0, nowMs - this.#seenSeconds[pair]! * 1000);
  }

  /** The mean absolute deviation of the logarithms. */
  spread(pair: number): number {
    return this.#spread[pair] === TOLD_SPREAD ? TOLD_SPREAD_TAKEN : this.#spread[pair]! / SPREAD_STEPS;
  }

  /** How many sources at least stand behind it, by samples that fit in: each has one bit of 16. */
  witnesses(pair: number): number {
    return countWitnesses(this.#witnesses[pair]!);
  }

  /** Whether the operator's own measured it, too. */
  isTrusted(pair: number): boolean {
    return this.#witnesses[pair] === TRUSTED_WITNESS;
  }

  /** What the latest sample of this period left unexplained; undefined where there was none. */
  residual(pair: number): number | undefined {
    const residual = this.#residual[pair]!;
    return this.#count[pair] === 0 || residual === NO_RESIDUAL ? undefined : residual / RESIDUAL_STEPS;
  }

  /**
   * Ends a period for the first so many cells: their residuals are forgotten. Records that samples went on not fitting
   * begin again with the latest one; not before, since until now their residuals told by how much things changed.
   */
  endPeriod(cells: number): void {
    for (let pair = 0; pair < cells * this.regionCount; pair++) {
      if (this.#misfits[pair]! < MISFITS_MAX) continue;
      const residual = this.residual(pair);
      if (residual !== undefined && Math.abs(residual) > CLIP_MIN) this.#restart(pair, residual);
      this.#misfits[pair] = 0;
    }
    this.#residual.fill(NO_RESIDUAL, 0, cells * this.regionCount);
  }

  #restart(pair: number, residual: number): void {
    this.#value[pair] = toScale(this.lnMs(pair) + residual);
    this.#count[pair] = COUNT_STEPS;
    this.#spread[pair] = toSpread(SPREAD_START);
    if (!this.isTrusted(pair)) this.#witnesses[pair] = 0; // those there were stood for what it said before
  }

  /** A copy of what is kept of a pair, or undefined where that is nothing. */
  get(pair: number): PairRecord | undefined {
    if (!this.hasAny(pair)) return undefined;
    return {
      pair,
      lnMs: this.lnMs(pair),
      count: this.#count[pair]! / COUNT_STEPS,
      spread: this.#spread[pair]! / SPREAD_STEPS,
      witnesses: this.#witnesses[pair]!,
      seenSeconds: this.#seenSeconds[pair]!,
    };
  }

  get byteLength(): number {
    const arrays = [this.#value, this.#count, this.#seenSeconds, this.#witnesses, this.#spread, this.#misfits];
    return arrays.reduce((sum, { byteLength }) => sum + byteLength, this.#residual.byteLength);
  }
}

/** How long it takes for what was measured, and what a table told, to count half. */
type HalfLives = Pick<LatencyOptions, 'halfLifeMs' | 'tableHalfLifeMs'>;

function toSpread(spread: number): number {
  return Math.min(255, Math.max(1, Math.round(spread * SPREAD_STEPS)));
}

function toResidual(lnMs: number): number {
  return Math.max(-127, Math.min(127, Math.round(lnMs * RESIDUAL_STEPS)));
}
