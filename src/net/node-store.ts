import { discard } from '../util/discard.ts';
import { hashPair } from './pair-table.ts';

/** Slots for each node that is expected: with linear probing half of them full is a probe or two. */
const SLOTS_A_NODE = 2;

/**
 * Where a trie is built, from its leaves up. Equal subtrees become one node, whichever way they came to be: a world
 * map repeats itself (the same two countries side by side, over and over), so this saves a good part of the
 * nodes, and with them the cache misses of a walk. Depth is counted by the walk, so sharing costs nothing.
 */
export class NodeStore {
  #nodes: Int32Array<ArrayBuffer>;
  #count = 0;
  /** Of a power of two: the index of a node plus one, or 0. Its two records are not kept a second time. */
  #slots: Int32Array<ArrayBuffer>;

  /**
   * With no more nodes than expected nothing is ever made larger, which with a million takes a tenth of a second at
   * once.
   */
  constructor(expectedCount = 512) {
    this.#nodes = new Int32Array(2 * expectedCount);
    this.#slots = new Int32Array(2 ** Math.ceil(Math.log2(SLOTS_A_NODE * expectedCount)));
  }

  /** The record of a node with these two records: the leaf itself where both are the same leaf. */
  join(left: number, right: number): number {
    if (left === right && left < 0) return left;
    const slot = this.#slotOf(left, right);
    const known = this.#slots[slot]! - 1;
    return known >= 0 ? known : this.#append(slot, left, right);
  }

  /** The nodes, two records each, in an array of their exact size. Nothing can be joined any more. */
  finish(): Int32Array {
    const nodes = this.#nodes.slice(0, 2 * this.#count);
    discard(this.#nodes);
    discard(this.#slots);
    return nodes;
  }

  /** The slot of the node with these records: where it is, or where it would go. */
  #slotOf(left: number, right: number): number {
    const nodes = this.#nodes;
    const slots = this.#slots;
    const mask = slots.length - 1;
    let slot = hashPair(left, right) & mask;
    for (let at = 2 * slots[slot]! - 2; at >= 0; at = 2 * slots[slot]! - 2) {
      if (nodes[at] === left && nodes[at + 1] === right) break;
      slot = (slot + 1) & mask;
    }
    return slot;
  }

  #append(slot: number, left: number, right: number): number {
    if (2 * this.#count === this.#nodes.length) {
      this.#grow();
      return this.#append(this.#slotOf(left, right), left, right);
    }
    const index = this.#count++;
    this.#nodes[2 * index] = left;
    this.#nodes[2 * index + 1] = right;
    this.#slots[slot] = index + 1;
    return index;
  }

  #grow(): void {
    const before = this.#nodes;
    this.#nodes = new Int32Array(2 * before.length);
    this.#nodes.set(before);
    this.#slots = new Int32Array(2 * this.#slots.length);
    for (let index = 0; index < this.#count; index++) {
      this.#slots[this.#slotOf(before[2 * index]!, before[2 * index + 1]!)] = index + 1;
    }
    discard(before);
  }
}
