import { PairTable } from './pair-table.ts';

/**
 * Where a trie is built, from its leaves up. Equal subtrees become one node, whichever way they came to be: a world
 * map repeats itself (the same two countries side by side, over and over), so this saves a good part of the
 * nodes, and with them the cache misses of a walk. Depth is counted by the walk, so sharing costs nothing.
 */
export class NodeStore {
  #nodes: Int32Array;
  #count = 0;
  readonly #known: PairTable;

  constructor(expectedCount = 512) {
    this.#nodes = new Int32Array(2 * expectedCount);
    this.#known = new PairTable(expectedCount);
  }

  /** The record of a node with these two records: the leaf itself where both are the same leaf. */
  join(left: number, right: number): number {
    if (left === right && left < 0) return left;
    const slot = this.#known.find(left, right);
    if (this.#known.has(slot)) return this.#known.get(slot);
    const index = this.#append(left, right);
    this.#known.set(slot, left, right, index);
    return index;
  }

  /** The nodes so far, two records each, in an array of their exact size. */
  nodes(): Int32Array {
    return this.#nodes.slice(0, 2 * this.#count);
  }

  #append(left: number, right: number): number {
    const at = 2 * this.#count;
    if (at === this.#nodes.length) {
      const grown = new Int32Array(2 * this.#nodes.length);
      grown.set(this.#nodes);
      this.#nodes = grown;
    }
    this.#nodes[at] = left;
    this.#nodes[at + 1] = right;
    return this.#count++;
  }
}
