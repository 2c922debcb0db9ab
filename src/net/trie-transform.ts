import { assert } from '../util/assert.ts';
import { NodeStore } from './node-store.ts';
import { PairTable } from './pair-table.ts';
import { leaf, nodeCount, type PrefixTrie, TEREDO } from './trie.ts';

// No node ever becomes this leaf: it stands alone, at 2001::/32. So it can mark what is not mapped yet.
const UNMAPPED = leaf(TEREDO);

/**
 * The trie with `f` of every leaf's value, where neighbours whose values became equal are one leaf: each leaf is as short
 * as it can be. `f` is called for every leaf, often with the same value. Subtrees that several parents share
 * are mapped once and stay shared; nodes that no root reaches are dropped.
 */
export function mapValues(trie: PrefixTrie, f: (value: number) => number): PrefixTrie {
  const { nodes } = trie;
  const store = new NodeStore(Math.max(512, nodeCount(trie) >> 1));
  const mapped = new Int32Array(nodeCount(trie)).fill(UNMAPPED);
  let teredo = leaf(TEREDO);

  const map = (record: number): number => {
    if (record === leaf(TEREDO)) return teredo;
    if (record < 0) return leaf(checkedValue(f(~record)));
    if (mapped[record] === UNMAPPED) mapped[record] = store.join(map(nodes[2 * record]), map(nodes[2 * record + 1]));
    return mapped[record];
  };

  const root4 = map(trie.root4);
  // With one answer for all of IPv4 there is nothing to walk on to, and 2001::/32 may merge with its neighbours.
  if (root4 < 0) teredo = root4;
  const root6 = map(trie.root6);
  return { nodes: store.nodes(), root4, root6 };
}

/**
 * The product of two tries: each address has the combination of its two values, and neighbours that combine to the same
 * are one leaf. `combine` is called once for each pair of subtrees that meet in a leaf, often with the same values.
 * Neither may hold grafted Teredo addresses, which have no value of their own: graft last.
 */
export function overlay(a: PrefixTrie, b: PrefixTrie, combine: (valueA: number, valueB: number) => number): PrefixTrie {
  const expectedCount = Math.max(512, nodeCount(a), nodeCount(b));
  const store = new NodeStore(expectedCount);
  // Both may share subtrees, so the same pair may meet again and again: a walk without memory could take forever.
  const seen = new PairTable(expectedCount);

  const meet = (recordA: number, recordB: number): number => {
    if (recordA < 0 && recordB < 0) return leaf(checkedValue(combine(ungrafted(recordA), ungrafted(recordB))));
    const slot = seen.find(recordA, recordB);
    if (seen.has(slot)) return seen.get(slot);
    const met = store.join(
      meet(child(a.nodes, recordA, 0), child(b.nodes, recordB, 0)),
      meet(child(a.nodes, recordA, 1), child(b.nodes, recordB, 1)),
    );
    // The table may have moved meanwhile.
    seen.set(seen.find(recordA, recordB), recordA, recordB, met);
    return met;
  };

  const root4 = meet(a.root4, b.root4);
  const root6 = meet(a.root6, b.root6);
  return { nodes: store.nodes(), root4, root6 };
}

/** The record for the next bit; below a leaf there is the same leaf. */
function child(nodes: Int32Array, record: number, bit: number): number {
  return record < 0 ? record : nodes[2 * record + bit];
}

function ungrafted(record: number): number {
  assert(record !== leaf(TEREDO), 'a trie with grafted Teredo addresses cannot be overlaid');
  return ~record;
}

function checkedValue(value: number): number {
  assert(Number.isInteger(value) && value >= 0 && value < TEREDO, `trie value ${value} is not in 0 .. 2^31 - 2`);
  return value;
}
