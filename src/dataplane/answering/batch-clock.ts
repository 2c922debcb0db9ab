/**
 * The time of day, read once for each batch, since reading it takes a tenth of the time of an answer. Only what needs
 * it asks for it: cookies and the query log.
 */
export class BatchClock {
  /**
   * Milliseconds since 1970, as of the last `read()`. In an array, since a double that is passed around is allocated on
   * the heap.
   */
  readonly ms = new Float64Array(1);
  /** The same in whole seconds, the lower 32 bits. */
  seconds = 0;
  /** Milliseconds since 1970, read anew. */
  readonly now: () => number;
  #isKnown = false;
  #isBatched = false;

  constructor(now: () => number) {
    this.now = now;
  }

  /**
   * From now on until the next call, all readings give one time. If this is never called, each reading is a new one.
   */
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
