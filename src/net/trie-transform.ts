import { assert } from '../util/assert.ts';
import { atOnce } from '../util/slices.ts';
import { checkedValue, mapping } from './mapping.ts';
import { NodeStore } from './node-store.ts';
import { PairTable } from './pair-table.ts';
import { leaf, nodeCount, type PrefixTrie, TEREDO } from './trie.ts';

// No node ever becomes this leaf: it stands alone, at 2001::/32. So it can mark what is not mapped yet.
const UNMAPPED = leaf(TEREDO);

/**
 * The trie with `f` of every leaf's value, where neighbours whose values became equal are one leaf: each leaf is as
 * short as it can be. `f` is called for every leaf, often with the same value. Subtrees that several parents share are
 * mapped once and stay shared; nodes that no root reaches are dropped.
 */
export function mapValues(trie: PrefixTrie, f: (value: number) => number): PrefixTrie {
  return atOnce(mapping(trie, f));
}

/**
 * The product of two tries: each address has the combination of its two values, and neighbours that combine to the same
 * are one leaf. `combine` is called once for each pair of subtrees that meet in a leaf, often with the same values.
 * Neither may hold grafted Teredo addresses, which have no value of their own: graft last.
 */
export function overlay(a: PrefixTrie, b: PrefixTrie, combine: (valueA: number, valueB: number) => number): PrefixTrie {
  const store = new NodeStore(Math.max(512, nodeCount(a), nodeCount(b)));
  // Both may share subtrees, so the same pair may meet again and again: a walk without memory could take forever.
  const seen = new PairTable(Math.max(512, Math.min(nodeCount(a), nodeCount(b))));
  const seenAlone = new Int32Array(nodeCount(a)).fill(UNMAPPED);

  // Nearly everything where `b` is a few networks on a map of the world: an array is faster than a table there.
  const meetNothing = (recordA: number): number => {
    if (recordA < 0) return leaf(checkedValue(combine(ungrafted(recordA), 0)));
    if (seenAlone[recordA] === UNMAPPED) {
      seenAlone[recordA] = store.join(meetNothing(a.nodes[2 * recordA]), meetNothing(a.nodes[2 * recordA + 1]));
    }
    return seenAlone[recordA];
  };

  const meet = (recordA: number, recordB: number): number => {
    if (recordB === leaf(0)) return meetNothing(recordA);
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
  return { nodes: store.finish(), root4, root6 };
}

/** The record for the next bit; below a leaf there is the same leaf. */
function child(nodes: Int32Array, record: number, bit: number): number {
  return record < 0 ? record : nodes[2 * record + bit];
}

function ungrafted(record: number): number {
  assert(record !== leaf(TEREDO), 'a trie with grafted Teredo addresses cannot be overlaid');
  return ~record;
}
