/**
 * A bounded queue that is emptied in batches: for one more than there is room for, the oldest is dropped and counted.
 */
export class BatchQueue<T> {
  readonly #ring: (T | undefined)[];
  #start = 0;
  #length = 0;
  #dropped = 0;

  constructor(itemsMax: number) {
    this.#ring = new Array<T | undefined>(itemsMax).fill(undefined);
  }

  get length(): number {
    return this.#length;
  }

  get dropped(): number {
    return this.#dropped;
  }

  push(item: T): void {
    const itemsMax = this.#ring.length;
    this.#ring[(this.#start + this.#length) % itemsMax] = item;
    if (this.#length < itemsMax) this.#length++;
    else {
      this.#start = (this.#start + 1) % itemsMax;
      this.#dropped++;
    }
  }

  /** Takes the oldest out, up to so many. */
  take(itemsMax: number): readonly T[] {
    const taken: T[] = [];
    while (taken.length < itemsMax && this.#length > 0) {
      taken.push(this.#ring[this.#start]!);
      this.#ring[this.#start] = undefined;
      this.#start = (this.#start + 1) % this.#ring.length;
      this.#length--;
    }
    return taken;
  }
}
