import type { Prefix } from '../net/prefix.ts';
import { buildTrie, type PrefixTrie } from '../net/trie.ts';
import { overlay } from '../net/trie-transform.ts';
import { DistinctList } from './distinct-list.ts';

/** The operator's networks: each leaf's value is the index of the names around it, most specific first; none at 0. */
export interface NetworkMap {
  readonly trie: PrefixTrie;
  readonly names: readonly (readonly string[])[];
}

/** A name and the length of its longest prefix around an address. */
type Match = readonly [name: string, prefixLength: number];

/** One trie of all names: those of equal prefixes in the order given. */
export function buildNetworkMap(networks: ReadonlyMap<string, readonly Prefix[]>): NetworkMap {
  const matches = new DistinctList<readonly Match[]>([]);
  let trie = buildTrie([]);
  for (const [name, prefixes] of networks) {
    // The value is one more than the length, as 0 says that the name does not match.
    const own = buildTrie(prefixes.map((prefix) => [prefix, prefix.length + 1] as const));
    const withOwn = matches.memo((index, value) => {
      return value === 0 ? matches.list[index] : insert(matches.list[index], [name, value - 1]);
    });
    trie = overlay(trie, own, withOwn);
  }
  return { trie, names: matches.list.map((list) => list.map(([name]) => name)) };
}

function insert(matches: readonly Match[], match: Match): readonly Match[] {
  return [...matches, match].sort(([, a], [, b]) => b - a);
}
