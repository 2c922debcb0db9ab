/** The block of a prefix trie: the records of its IPv4 and IPv6 roots, then its nodes (see net/trie). */
const ROOT4 = 0;
const ROOT6 = 1;
const NODES = 2;

export interface TrieView {
  readonly nodes: Int32Array;
  readonly root4: number;
  readonly root6: number;
}

/** Copies a trie into a new block. */
export function writeTrie(trie: TrieView): SharedArrayBuffer {
  const block = new SharedArrayBuffer((NODES + trie.nodes.length) * Int32Array.BYTES_PER_ELEMENT);
  const words = new Int32Array(block);
  words[ROOT4] = trie.root4;
  words[ROOT6] = trie.root6;
  words.set(trie.nodes, NODES);
  return block;
}

export function viewTrie(block: SharedArrayBuffer): TrieView {
  const words = new Int32Array(block);
  return { root4: words[ROOT4], root6: words[ROOT6], nodes: words.subarray(NODES) };
}
