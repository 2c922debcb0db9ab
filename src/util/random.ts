/**
 * A small generator of uniform 32-bit numbers (xorshift32, Marsaglia 2003): a draw is three shifts, and nothing is
 * allocated. Good enough to share load; not for secrets. The seed comes in, so that a run can be repeated.
 */
export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed | 0 || 0x9e3779b9; // zero is the one state that xorshift never leaves
  }

  /** An integer, 0 <= n < bound; bound at most 2^31. The bias of the multiply is below bound / 2^32. */
  below(bound: number): number {
    let x = this.#state;
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    this.#state = x;
    return Math.floor(((x >>> 0) / 0x1_0000_0000) * bound);
  }
}
