import { scramble } from '../hash.ts';

/** Counters for sources. Where there are more in a period, some share a counter, and are limited together. */
const COUNTERS = 1 << 18;

/**
 * Bits for (source, pair): at 10,000 reports a second for 5 minutes, one first report in forty is taken for a
 * repetition.
 */
const BITS = 1 << 25;

/** What each source said since the last recompile, in memory that does not grow with the number of sources. */
export class SourceLimit {
  readonly #counts = new Uint16Array(COUNTERS);
  readonly #said = new Uint32Array(BITS / 32);
  readonly #reportsMax: number;

  constructor(reportsMax: number) {
    this.#reportsMax = Math.min(reportsMax, 0xffff);
  }

  /** Counts a report of the source; false where it has had its share. */
  admit(source: number): boolean {
    const slot = source & (COUNTERS - 1);
    if (this.#counts[slot]! >= this.#reportsMax) return false;
    this.#counts[slot]!++;
    return true;
  }

  /**
   * Whether the source reports this pair for the first time in the period. A wrong "no" costs one report its weight.
   */
  isFirst(source: number, pair: number): boolean {
    const first = scramble(source ^ Math.imul(pair + 1, 0x9e37_79b1));
    const second = scramble(first ^ 0x5bd1_e995);
    const isNewOne = this.#mark(first & (BITS - 1));
    const isNewTwo = this.#mark(second & (BITS - 1));
    return isNewOne || isNewTwo;
  }

  /** A period begins. */
  reset(): void {
    this.#counts.fill(0);
    this.#said.fill(0);
  }

  #mark(bit: number): boolean {
    const before = this.#said[bit >>> 5]!;
    this.#said[bit >>> 5] = before | (1 << (bit & 31));
    return ((before >>> (bit & 31)) & 1) === 0;
  }
}
