import { type PrefixTrie, walkOn4, walkOn6 } from './trie.ts';

/**
 * A trie with its heads: for what the first bits of an address can be, how far they lead, two integers each: the
 * record, and at which depth it stands, which is the number of these bits for a node. They spare a walk so many steps,
 * of which each would have to wait for the one before.
 */
export interface HeadedTrie extends PrefixTrie {
  /** IPv4's, then IPv6's. */
  readonly heads: Int32Array;
  /** How many bits of an address the heads look at: 1 to 16. */
  readonly headBits: number;
}

const HEAD_WORDS = 2;
const HEAD_BITS_MAX = 16;

/** So many that the heads are at most a quarter as long as the nodes. */
export function headBitsFor(nodeCount: number): number {
  return Math.min(HEAD_BITS_MAX, Math.max(1, Math.floor(Math.log2(nodeCount)) - 3));
}

/** How many integers the heads of both families have. */
export function headsLength(headBits: number): number {
  return (2 * HEAD_WORDS) << headBits;
}

/** Writes the heads of a trie into an array of {@link headsLength}. */
export function writeHeads({ nodes, root4, root6 }: PrefixTrie, headBits: number, heads: Int32Array): void {
  const fill = (record: number, depth: number, from: number): void => {
    const count = 1 << (headBits - depth);
    if (record >= 0 && depth < headBits) {
      fill(nodes[2 * record], depth + 1, from);
      fill(nodes[2 * record + 1], depth + 1, from + count / 2);
      return;
    }
    for (let head = from; head < from + count; head++) {
      heads[HEAD_WORDS * head] = record;
      heads[HEAD_WORDS * head + 1] = depth;
    }
  };
  fill(root4, 0, 0);
  fill(root6, 0, 1 << headBits);
}

/** {@link walk4} by the heads. */
export function walkHeaded4({ nodes, heads, headBits }: HeadedTrie, address: number): number {
  const head = HEAD_WORDS * (address >>> (32 - headBits));
  return walkOn4(nodes, heads[head], heads[head + 1], address);
}

/** {@link walk6} by the heads. */
export function walkHeaded6(
  { nodes, root4, heads, headBits }: HeadedTrie,
  word0: number,
  word1: number,
  word2: number,
  word3: number,
): number {
  const head = HEAD_WORDS * ((1 << headBits) + (word0 >>> (32 - headBits)));
  return walkOn6(nodes, root4, heads[head], heads[head + 1], word0, word1, word2, word3);
}
