import { assert } from '../util/assert.ts';
import { discard } from '../util/discard.ts';
import type { Sliced } from '../util/slices.ts';
import { NodeStore } from './node-store.ts';
import { leaf, nodeCount, type PrefixTrie, TEREDO } from './trie.ts';

// No node ever becomes this leaf: it stands alone, at 2001::/32. So it can mark what is not mapped yet.
const UNMAPPED = leaf(TEREDO);

/** Some 0.2 ms: what asks for the time after each must not spend it on asking. */
const STEPS = 4096;

/** A way from the root down, in a trie of 128 bits and whatever is grafted into it. */
const DEPTH_MAX = 512;

/** As `mapValues` (trie-transform.ts), in slices. */
export function* mapping(trie: PrefixTrie, f: (value: number) => number): Sliced<PrefixTrie> {
  const walk = new Mapping(trie, f);
  yield;
  walk.enter(trie.root4);
  while (!walk.advance(STEPS)) yield;
  const root4 = walk.mapped(trie.root4);
  // With one answer for all of IPv4 there is nothing to walk on to, and 2001::/32 may merge with its neighbours.
  if (root4 < 0) walk.teredo = root4;
  walk.enter(trie.root6);
  while (!walk.advance(STEPS)) yield;
  const root6 = walk.mapped(trie.root6);
  return { nodes: walk.finish(), root4, root6 };
}

/** A walk over a trie that can be left at any node. */
class Mapping {
  teredo = leaf(TEREDO);
  readonly #old: Int32Array;
  readonly #f: (value: number) => number;
  readonly #store: NodeStore;
  /** By old node, its record against {@link UNMAPPED}: so that an array of zeros is one where nothing is mapped. */
  readonly #mapped: Int32Array<ArrayBuffer>;
  /** Nodes on the way down to where it is. */
  readonly #way = new Int32Array(DEPTH_MAX);
  #depth = 0;

  constructor(trie: PrefixTrie, f: (value: number) => number) {
    this.#old = trie.nodes;
    this.#f = f;
    // No more nodes come of it than there are.
    this.#store = new NodeStore(Math.max(1, nodeCount(trie)));
    this.#mapped = new Int32Array(nodeCount(trie));
  }

  /** The nodes of what it made. It cannot go on. */
  finish(): Int32Array {
    discard(this.#mapped);
    return this.#store.finish();
  }

  enter(root: number): void {
    if (root >= 0) this.#way[this.#depth++] = root;
  }

  /** Of a leaf, or of a node that it has been at. */
  mapped(record: number): number {
    if (record === leaf(TEREDO)) return this.teredo;
    return record < 0 ? leaf(checkedValue(this.#f(~record))) : this.#mapped[record]! ^ UNMAPPED;
  }

  /** Goes on for so many steps; true at the end. */
  advance(steps: number): boolean {
    const old = this.#old;
    for (let step = 0; step < steps && this.#depth > 0; step++) {
      const node = this.#way[this.#depth - 1]!;
      const [first, second] = [old[2 * node]!, old[2 * node + 1]!];
      if (this.#isOpen(first)) this.#way[this.#depth++] = first;
      else if (this.#isOpen(second)) this.#way[this.#depth++] = second;
      else {
        this.#mapped[node] = this.#store.join(this.mapped(first), this.mapped(second)) ^ UNMAPPED;
        this.#depth--;
      }
    }
    return this.#depth === 0;
  }

  #isOpen(record: number): boolean {
    return record >= 0 && this.#mapped[record] === 0;
  }
}

/** A value that a leaf can have. */
export function checkedValue(value: number): number {
  assert(Number.isInteger(value) && value >= 0 && value < TEREDO, `trie value ${value} is not in 0 .. 2^31 - 2`);
  return value;
}
