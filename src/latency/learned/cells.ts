import { scramble } from '../hash.ts';
import { type CellKey, isNetwork } from './cell-key.ts';

/** Cells looked at to find one to evict: the oldest of 16 is among the oldest tenth four times in five. */
const EVICTION_SAMPLE = 16;

/** Where a cell lies: what it takes part in. */
export interface Membership {
  /** 0 where unknown, as for the country. */
  readonly asn: number;
  readonly country: number;
}

/**
 * The cells that anything is known of, by key, in a hash table with open addressing: 27 octets a cell and no objects.
 */
export class Cells {
  readonly #cellsMax: number;
  readonly #high: Uint32Array;
  readonly #low: Uint32Array;
  readonly #asn: Uint32Array;
  readonly #country: Uint16Array;
  readonly #seenSeconds: Uint32Array;
  /** Of a power of two, at most half full: the index of a cell plus one, or 0. */
  readonly #slots: Int32Array;
  #hand = 0;
  count = 0;
  evicted = 0;

  constructor(cellsMax: number) {
    this.#cellsMax = cellsMax;
    this.#high = new Uint32Array(cellsMax);
    this.#low = new Uint32Array(cellsMax);
    this.#asn = new Uint32Array(cellsMax);
    this.#country = new Uint16Array(cellsMax);
    this.#seenSeconds = new Uint32Array(cellsMax);
    this.#slots = new Int32Array(2 ** Math.ceil(Math.log2(2 * cellsMax)));
  }

  /** The index of the cell, or -1. */
  find({ high, low }: CellKey): number {
    return this.#slots[this.#slotOf(high, low)]! - 1;
  }

  /**
   * The index of the cell. Where it is new, `isNew`: its records must be cleared, for it may have the row of an evicted
   * one.
   */
  add(key: CellKey): { readonly cell: number; readonly isNew: boolean } {
    const found = this.find(key);
    if (found >= 0) return { cell: found, isNew: false };
    const cell = this.count < this.#cellsMax ? this.count++ : this.#evict();
    this.#high[cell] = key.high;
    this.#low[cell] = key.low;
    this.#seenSeconds[cell] = 0;
    this.#slots[this.#slotOf(key.high, key.low)] = cell + 1;
    return { cell, isNew: true };
  }

  /**
   * Says where the cell lies now: networks are sold and moved. What is unknown (0) does not overwrite what was known.
   */
  place(cell: number, { asn, country }: Membership, atMs: number): void {
    if (asn !== 0) this.#asn[cell] = asn;
    if (country !== 0) this.#country[cell] = country;
    this.#seenSeconds[cell] = Math.max(this.#seenSeconds[cell]!, Math.round(atMs / 1000));
  }

  key(cell: number): CellKey {
    return { high: this.#high[cell]!, low: this.#low[cell]! };
  }

  isNetwork(cell: number): boolean {
    return isNetwork(this.#high[cell]!);
  }

  asn(cell: number): number {
    return this.#asn[cell]!;
  }

  country(cell: number): number {
    return this.#country[cell]!;
  }

  seenSeconds(cell: number): number {
    return this.#seenSeconds[cell]!;
  }

  get byteLength(): number {
    return this.#cellsMax * 18 + this.#slots.byteLength;
  }

  /** The slot that has the key, or the free one where it belongs. */
  #slotOf(high: number, low: number): number {
    const mask = this.#slots.length - 1;
    let slot = hashKey(high, low) & mask;
    for (let cell = this.#slots[slot]!; cell !== 0; cell = this.#slots[slot]!) {
      if (this.#low[cell - 1] === low && this.#high[cell - 1] === high) break;
      slot = (slot + 1) & mask;
    }
    return slot;
  }

  /**
   * Takes out the least recently seen network of a few, and gives its row. Tables' rows stay: they are few, and nothing
   * brings them back.
   */
  #evict(): number {
    let oldest = this.#hand;
    for (let step = 0; step < EVICTION_SAMPLE; step++) {
      const cell = (this.#hand + step) % this.count;
      const isBetter = this.isNetwork(cell) && this.#seenSeconds[cell]! < this.#seenSeconds[oldest]!;
      if (isBetter || !this.isNetwork(oldest)) oldest = cell;
    }
    this.#hand = (this.#hand + EVICTION_SAMPLE) % this.count;
    this.#unlink(this.#slotOf(this.#high[oldest]!, this.#low[oldest]!));
    this.#asn[oldest] = 0;
    this.#country[oldest] = 0;
    this.evicted++;
    return oldest;
  }

  /** Frees a slot and moves up those behind it that would no longer be found. */
  #unlink(free: number): void {
    const mask = this.#slots.length - 1;
    let hole = free;
    for (let slot = (hole + 1) & mask; this.#slots[slot] !== 0; slot = (slot + 1) & mask) {
      const cell = this.#slots[slot]! - 1;
      const home = hashKey(this.#high[cell]!, this.#low[cell]!) & mask;
      if (((slot - home) & mask) < ((slot - hole) & mask)) continue;
      this.#slots[hole] = cell + 1;
      hole = slot;
    }
    this.#slots[hole] = 0;
  }
}

function hashKey(high: number, low: number): number {
  return scramble(low ^ Math.imul(high, 0x9e37_79b1));
}
