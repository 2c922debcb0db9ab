import { type Address, addressBit, addressWord } from './address.ts';
import { NodeStore } from './node-store.ts';
import type { Prefix } from './prefix.ts';

/**
 * An immutable map from every address to a value, by prefix. A *record* is an int32: from 0 on it is the index of a
 * node, whose records for the next bit 0 and 1 stand at `nodes[2 * index]` and `nodes[2 * index + 1]`; below 0
 * it is a leaf, with the value `~record` (0 to 2^31 - 2). The roots are records. Integers in one array rather than
 * objects, so that it can lie in shared memory, be walked by any thread, and have millions of nodes.
 */
export interface PrefixTrie {
  readonly nodes: Int32Array;
  readonly root4: number;
  readonly root6: number;
}

/**
 * The reserved value at 2001::/32 of a trie with grafted Teredo addresses: "walk on in the IPv4 half". See embedded.ts.
 * Its record is -2^31.
 */
export const TEREDO = 0x7fffffff;

/** The record of a leaf. */
export function leaf(value: number): number {
  return ~value;
}

/**
 * Every prefix with its value; the longest match wins, whatever the order; of equal prefixes the last. With `fold` what
 * an address has is made of the values of all prefixes around it: of what those around a prefix came to, and its own.
 */
export function buildTrie(
  entries: Iterable<readonly [Prefix, number]>,
  defaultValue = 0,
  fold: (inherited: number, own: number) => number = (_, own) => own,
): PrefixTrie {
  const sorted = [...entries].sort(
    ([a], [b]) => compareOctets(a.address.bytes, b.address.bytes) || a.length - b.length,
  );
  const store = new NodeStore();
  const half = (family: 4 | 6) => {
    const own = sorted.filter(([prefix]) => prefix.address.family === family);
    return buildSubtree({ store, entries: own, fold }, 0, own.length, 0, defaultValue);
  };
  const [root4, root6] = [half(4), half(6)];
  return { nodes: store.finish(), root4, root6 };
}

/** What a trie of one family is built of: entries in the order of their addresses, the shorter of equal ones first. */
interface Building {
  readonly store: NodeStore;
  readonly entries: readonly (readonly [Prefix, number])[];
  readonly fold: (inherited: number, own: number) => number;
}

/** The subtree at `depth` of the sorted entries from `from` up to `to`, all of which lie below it. */
function buildSubtree(building: Building, from: number, to: number, depth: number, inherited: number): number {
  const { store, entries, fold } = building;
  let value = inherited;
  let first = from;
  // Sorted, so the prefixes that end here come first, and of equal ones the last given comes last.
  while (first < to && entries[first][0].length === depth) value = fold(value, entries[first++][1]);
  if (first === to) return leaf(value);
  let middle = first;
  while (middle < to && addressBit(entries[middle][0].address, depth) === 0) middle++;
  return store.join(
    buildSubtree(building, first, middle, depth + 1, value),
    buildSubtree(building, middle, to, depth + 1, value),
  );
}

function compareOctets(a: Uint8Array, b: Uint8Array): number {
  for (let index = 0; index < Math.min(a.length, b.length); index++) {
    if (a[index] !== b[index]) return a[index] - b[index];
  }
  return 0;
}

/**
 * The value of an IPv4 address (its 32 bits as an int32 or uint32) and the length of the network that shares it, as
 * one number: see {@link packedValue} and {@link packedDepth}. One number, because a result object would either
 * be allocated for every query or be state shared between callers, and because V8 keeps a number below 2^31 as a
 * plain integer: values below 2^23 never touch the heap. Larger ones stay exact.
 */
export function walk4(nodes: Int32Array, root4: number, address: number): number {
  return walkOn4(nodes, root4, 0, address);
}

/** The same from a record that is reached at a depth of less than 32. */
export function walkOn4(nodes: Int32Array, start: number, startDepth: number, address: number): number {
  let record = start;
  let word = address << startDepth;
  let depth = startDepth;
  while (record >= 0) {
    record = nodes[2 * record + (word >>> 31)];
    word <<= 1;
    depth++;
  }
  return ~record * 256 + depth;
}

/**
 * The same for an IPv6 address, as its four 32-bit words. `root4` is where a Teredo address is walked on (RFC 4380).
 */
export function walk6(
  nodes: Int32Array,
  root4: number,
  root6: number,
  word0: number,
  word1: number,
  word2: number,
  word3: number,
): number {
  return walkOn6(nodes, root4, root6, 0, word0, word1, word2, word3);
}

/** The same from a record that is reached at a depth of less than 32. */
export function walkOn6(
  nodes: Int32Array,
  root4: number,
  start: number,
  startDepth: number,
  word0: number,
  word1: number,
  word2: number,
  word3: number,
): number {
  let record = start;
  let word = word0 << startDepth;
  let depth = startDepth;
  while (record >= 0) {
    record = nodes[2 * record + (word >>> 31)];
    word <<= 1;
    depth++;
    if ((depth & 31) === 0) word = depth === 32 ? word1 : depth === 64 ? word2 : word3;
  }
  const value = ~record;
  // The client's address is the complement of the last 32 bits (RFC 4380 section 4), so all bits before them count too.
  if (value === TEREDO) return walk4(nodes, root4, ~word3) + 96;
  return value * 256 + depth;
}

/** The value of what `walk4` or `walk6` gave. */
export function packedValue(packed: number): number {
  return packed < 0x8000_0000 ? packed >> 8 : Math.floor(packed / 256);
}

/** The prefix length, in the family of the address, of what `walk4` or `walk6` gave. */
export function packedDepth(packed: number): number {
  return packed & 255;
}

/** The value of `address`, and the length of the largest network around it that the trie knows to share it. */
export function lookup(trie: PrefixTrie, address: Address): { value: number; depth: number } {
  const { nodes, root4, root6 } = trie;
  const word = (index: number) => addressWord(address, index);
  const packed =
    address.family === 4
      ? walk4(nodes, root4, word(0))
      : walk6(nodes, root4, root6, word(0), word(1), word(2), word(3));
  return { value: packedValue(packed), depth: packedDepth(packed) };
}

/** How many nodes the trie has, 8 bytes each. */
export function nodeCount(trie: PrefixTrie): number {
  return trie.nodes.length / 2;
}
