import type { Prefix } from '../net/prefix.ts';
import { buildTrie, type PrefixTrie } from '../net/trie.ts';
import { DistinctList } from './distinct-list.ts';

/** The operator's networks: each leaf's value is the index of the names around it, most specific first; none at 0. */
export interface NetworkMap {
  readonly trie: PrefixTrie;
  readonly names: readonly (readonly string[])[];
}

/** One trie of all names: those of equal prefixes in the order given. */
export function buildNetworkMap(networks: ReadonlyMap<string, readonly Prefix[]>): NetworkMap {
  const names = [...networks.keys()];
  const entries = [...networks.values()].flatMap((prefixes, name) => prefixes.map((prefix) => [prefix, name] as const));
  const lists = new DistinctList<readonly string[]>([]);
  // A name that is there already has a longer match now, which takes its place.
  const inFront = lists.memo((around, own) => [
    names[own],
    ...lists.list[around].filter((name) => name !== names[own]),
  ]);
  // From the last to the first: each is put in front, and of equal prefixes the first given is to be the first.
  return { trie: buildTrie(entries.reverse(), 0, inFront), names: lists.list };
}
