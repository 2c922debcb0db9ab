/** Counters for sources: more sources a period share a counter, and are limited together rather than not at all. */
const COUNTERS = 1 << 18;

/** Bits for (source, pair): at 10,000 reports a second for 5 minutes, one first report in forty is taken for a repetition. */
const BITS = 1 << 25;

/** FNV-1a over UTF-16 units. */
export function hashText(text: string, seed: number): number {
  let hash = (0x811c9dc5 ^ seed) | 0;
  for (let index = 0; index < text.length; index++) hash = Math.imul(hash ^ text.charCodeAt(index), 0x0100_0193);
  return scramble(hash);
}

/** The finalizer of MurmurHash3: every bit of the input moves every bit of the output. */
export function scramble(number: number): number {
  let hash = number | 0;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85eb_ca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2_ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

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

  /** Whether the source speaks of this pair for the first time in the period. A wrong "no" costs one report its weight. */
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
