import type { Sliced } from '../util/slices.ts';
import { leaf, type PrefixTrie, TEREDO } from './trie.ts';

/** What is under a prefix of so many bits is done at once: some hundred /24 at most. */
const SLICED_DEPTH = 16;

/**
 * The trie with other values under a few prefixes, those of a trie of marks; made in slices. `f` gives the new value,
 * of the old one and the mark. Mark 0 is none: nodes under it stay as they are, so that it costs a copy and what the
 * marks cost. IPv6 addresses that embed IPv4 ones do not change with those: graft again (net/embedded.ts).
 */
export function* revaluing(
  trie: PrefixTrie,
  marks: PrefixTrie,
  f: (value: number, mark: number) => number,
): Sliced<PrefixTrie> {
  const first = trie.nodes.length;
  const added: number[] = [];
  const child = (nodes: Int32Array, record: number, bit: number): number =>
    record < 0 ? record : nodes[2 * record + bit]!;
  const node = (left: number, right: number): number => {
    if (left === right && left < 0) return left;
    added.push(left, right);
    return (first + added.length) / 2 - 1;
  };
  const meet = (record: number, mark: number): number => {
    if (mark === leaf(0) || record === leaf(TEREDO)) return record;
    if (record < 0 && mark < 0) return leaf(f(~record, ~mark));
    return node(
      meet(child(trie.nodes, record, 0), child(marks.nodes, mark, 0)),
      meet(child(trie.nodes, record, 1), child(marks.nodes, mark, 1)),
    );
  };
  function* meeting(record: number, mark: number, depth: number): Sliced<number> {
    if (depth === SLICED_DEPTH || mark < 0) {
      const met = meet(record, mark);
      if (mark >= 0) yield;
      return met;
    }
    const left = yield* meeting(child(trie.nodes, record, 0), child(marks.nodes, mark, 0), depth + 1);
    return node(left, yield* meeting(child(trie.nodes, record, 1), child(marks.nodes, mark, 1), depth + 1));
  }
  const root4 = yield* meeting(trie.root4, marks.root4, 0);
  const root6 = yield* meeting(trie.root6, marks.root6, 0);
  const nodes = new Int32Array(first + added.length);
  nodes.set(trie.nodes);
  nodes.set(added, first);
  return { nodes, root4, root6 };
}
