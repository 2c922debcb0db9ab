/**
 * A hash table from two int32 to one int32, in typed arrays: a `Map` with millions of keys costs a
 * heap object a key and takes seconds, this takes a few hundred nanoseconds a key and 12 bytes a slot.
 */
export class PairTable {
  #slots: Int32Array;
  #used: Uint8Array;
  #mask: number;
  #count = 0;

  constructor(expectedCount = 512) {
    const slotCount = 2 ** Math.ceil(Math.log2(Math.max(16, 2 * expectedCount)));
    this.#slots = new Int32Array(3 * slotCount);
    this.#used = new Uint8Array(slotCount);
    this.#mask = slotCount - 1;
  }

  /** The slot of the pair: where it is, or where it would go. Valid until the next `set`. */
  find(a: number, b: number): number {
    const slots = this.#slots;
    let slot = hashPair(a, b) & this.#mask;
    while (this.#used[slot] === 1 && (slots[3 * slot] !== a || slots[3 * slot + 1] !== b)) {
      slot = (slot + 1) & this.#mask;
    }
    return slot;
  }

  has(slot: number): boolean {
    return this.#used[slot] === 1;
  }

  get(slot: number): number {
    return this.#slots[3 * slot + 2];
  }

  /** Puts a pair that is not in the table yet at the slot that `find` gave for it. */
  set(slot: number, a: number, b: number, value: number): void {
    this.#used[slot] = 1;
    this.#slots[3 * slot] = a;
    this.#slots[3 * slot + 1] = b;
    this.#slots[3 * slot + 2] = value;
    this.#count++;
    // Linear probing stays short up to about two thirds.
    if (3 * this.#count > 2 * this.#used.length) this.#grow();
  }

  #grow(): void {
    const slots = this.#slots;
    const used = this.#used;
    this.#slots = new Int32Array(2 * slots.length);
    this.#used = new Uint8Array(2 * used.length);
    this.#mask = this.#used.length - 1;
    this.#count = 0;
    for (let slot = 0; slot < used.length; slot++) {
      if (used[slot] === 0) continue;
      const [a, b, value] = [slots[3 * slot], slots[3 * slot + 1], slots[3 * slot + 2]];
      this.set(this.find(a, b), a, b, value);
    }
  }
}

/** The finalizer of MurmurHash3 over both: neighbouring node indices, which is what comes, must not cluster. */
export function hashPair(a: number, b: number): number {
  let h = Math.imul(a, 0x9e3779b1) ^ Math.imul(b, 0x85ebca77);
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}
