import { assert } from '../../util/assert.ts';

/** Runs at most so many items at once; the rest wait in the order in which they came. */
export class Lane<Item> {
  readonly #atOnceMax: number;
  readonly #run: (item: Item) => Promise<void>;
  #waiting: Item[] = [];
  /** Of the waiting: taking from the front of an array of 100,000 would move the rest each time. */
  #head = 0;
  readonly #running = new Set<Promise<void>>();

  /** @param run never rejects. */
  constructor(atOnceMax: number, run: (item: Item) => Promise<void>) {
    assert(atOnceMax >= 1, 'a lane runs at least one at a time');
    this.#atOnceMax = atOnceMax;
    this.#run = run;
  }

  push(item: Item): void {
    this.#waiting.push(item);
    this.#startWaiting();
  }

  /** Resolves when all that runs now has ended. */
  async idle(): Promise<void> {
    await Promise.allSettled(this.#running);
  }

  #startWaiting(): void {
    while (this.#running.size < this.#atOnceMax && this.#head < this.#waiting.length) {
      this.#start(this.#waiting[this.#head++]!);
    }
    // Each item is moved once for each time that it is in the later half: seldom.
    if (2 * this.#head < this.#waiting.length) return;
    this.#waiting = this.#waiting.slice(this.#head);
    this.#head = 0;
  }

  #start(item: Item): void {
    const run = this.#run(item).finally(() => {
      this.#running.delete(run);
      this.#startWaiting();
    });
    this.#running.add(run);
  }
}
