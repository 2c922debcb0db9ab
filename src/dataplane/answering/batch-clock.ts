/**
 * The time of day, read once for what came in together: to read it takes as long as a tenth of an answer. Asked for where
 * an answer depends on it: cookies and the query log.
 */
export class BatchClock {
  /** In milliseconds since 1970, as of the last `read()`. In an array: a double that goes around is a number on the heap. */
  readonly ms = new Float64Array(1);
  /** The lower 32 bits of the whole seconds of that. */
  seconds = 0;
  /** Milliseconds since 1970, read anew. */
  readonly now: () => number;
  #isKnown = false;
  #isBatched = false;

  constructor(now: () => number) {
    this.now = now;
  }

  /** What is read until the next call is one time. Never called: each reading is its own. */
  beginBatch(): void {
    this.#isBatched = true;
    this.#isKnown = false;
  }

  read(): void {
    if (this.#isKnown) return;
    this.ms[0] = this.now();
    this.seconds = Math.floor(this.ms[0] / 1000) | 0;
    this.#isKnown = this.#isBatched;
  }
}
