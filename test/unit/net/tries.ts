import { type Address, parseAddress } from '../../../src/net/address.ts';
import { type Prefix, parsePrefix } from '../../../src/net/prefix.ts';
import { buildTrie, lookup, type PrefixTrie } from '../../../src/net/trie.ts';
import { assert } from '../../../src/util/assert.ts';

/** Rows such as `['10.0.0.0/8', 1]`. */
export type TrieRows = readonly (readonly [network: string, value: number])[];

export function address(text: string): Address {
  const parsed = parseAddress(text);
  assert(parsed, `${text} is an address`);
  return parsed;
}

export function prefix(text: string): Prefix {
  const parsed = parsePrefix(text);
  assert(parsed.ok, `${text} is a network`);
  return parsed.prefix;
}

export function trieOf(rows: TrieRows, defaultValue = 0): PrefixTrie {
  return buildTrie(
    rows.map(([network, value]) => [prefix(network), value] as const),
    defaultValue,
  );
}

/** `[value, depth]` of an address. */
export function found(trie: PrefixTrie, text: string): [value: number, depth: number] {
  const { value, depth } = lookup(trie, address(text));
  return [value, depth];
}
