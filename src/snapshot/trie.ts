import { nodeCount, type PrefixTrie } from '../net/trie.ts';
import { type HeadedTrie, headBitsFor, headsLength, writeHeads } from '../net/trie-heads.ts';

/**
 * The block of a prefix trie: the records of its IPv4 and IPv6 roots, how many bits its heads look at, the heads, the
 * nodes.
 */
const ROOT4 = 0;
const ROOT6 = 1;
const HEAD_BITS = 2;
const HEADS = 3;

/** Copies a trie into a new block. */
export function writeTrie(trie: PrefixTrie): SharedArrayBuffer {
  const headBits = headBitsFor(nodeCount(trie));
  const nodesAt = HEADS + headsLength(headBits);
  const block = new SharedArrayBuffer((nodesAt + trie.nodes.length) * Int32Array.BYTES_PER_ELEMENT);
  const words = new Int32Array(block);
  words[ROOT4] = trie.root4;
  words[ROOT6] = trie.root6;
  words[HEAD_BITS] = headBits;
  writeHeads(trie, headBits, words.subarray(HEADS, nodesAt));
  words.set(trie.nodes, nodesAt);
  return block;
}

export function viewTrie(block: SharedArrayBuffer): HeadedTrie {
  const words = new Int32Array(block);
  const headBits = words[HEAD_BITS];
  const nodesAt = HEADS + headsLength(headBits);
  return {
    root4: words[ROOT4],
    root6: words[ROOT6],
    headBits,
    heads: words.subarray(HEADS, nodesAt),
    nodes: words.subarray(nodesAt),
  };
}
