/**
 * The time of day, read at most once in a turn of the event loop. Reading it costs as much as a quarter of an answer, and
 * a turn with its 32 datagrams at most is over in less than the milliseconds that cookies and rate limits count in.
 *
 * In whole numbers of which the lower 32 bits count: unlike a fraction, or more bits, they need no place on the heap.
 */
export class TurnClock {
  ms = 0;
  seconds = 0;
  readonly #read: () => number;
  #isRead = false;

  constructor(read: () => number) {
    this.#read = read;
  }

  /** Sees to it that the time is that of this turn. */
  update(): void {
    if (!this.#isRead) this.#begin();
  }

  #begin(): void {
    const nowMs = this.#read();
    this.ms = nowMs | 0;
    this.seconds = Math.floor(nowMs / 1000) | 0;
    this.#isRead = true;
    setImmediate(this.#end);
  }

  readonly #end = (): void => {
    this.#isRead = false;
  };
}
