import { parsePrefix } from '../net/prefix.ts';
import { buildTrie, type PrefixTrie } from '../net/trie.ts';
import { assert } from '../util/assert.ts';

/**
 * Networks that are somewhere else for everybody, so that what a database says of them is an accident (one we embed has
 * 192.168.1.0/24 in Australia): private (RFC 1918, RFC 4193) and link-local (RFC 3927, RFC 4291 section 2.5.6).
 * Only the operator, who lists them as networks of his own, can know them.
 */
const PRIVATE = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '169.254.0.0/16', 'fc00::/7', 'fe80::/10'];

/** 1 for private addresses, 0 for all others. */
export function privateNetworks(): PrefixTrie {
  return buildTrie(
    PRIVATE.map((text) => {
      const parsed = parsePrefix(text);
      assert(parsed.ok, `${text} is a network`);
      return [parsed.prefix, 1] as const;
    }),
  );
}
