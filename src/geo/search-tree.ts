import type { Address } from '../net/address.ts';
import { NodeStore } from '../net/node-store.ts';
import { leaf, type PrefixTrie } from '../net/trie.ts';
import { BrokenDatabase } from './broken-database.ts';

/** The search tree of an .mmdb file (MaxMind DB format 2.0, "Binary Search Tree Section"), its bounds checked. */
export interface SearchTree {
  readonly bytes: Uint8Array;
  readonly nodeCount: number;
  readonly recordSizeBits: number;
  readonly ipVersion: number;
  readonly dataSizeBytes: number;
}

/** The octets of zeros between the tree and the data. */
export const SEPARATOR_SIZE_BYTES = 16;

// Heights are at most 128.
const UNREAD = 0;
const BEING_READ = 255;

/**
 * The tree as a prefix trie. Each leaf has what `valueAt` gives for the offset of its record in the data section and an
 * address inside it (valid during the call only); 0 where the tree has none. Each node is read once, however many point
 * to it. In the IPv6 half what points to the IPv4 part is left out: grafting puts that back, at all embedded forms
 * alike. Throws BrokenDatabase where the tree is none.
 */
export function readSearchTree(tree: SearchTree, valueAt: (dataOffset: number, inside: Address) => number): PrefixTrie {
  const { nodeCount } = tree;
  const childOf = recordReader(tree);
  const depthMax = tree.ipVersion === 4 ? 32 : 128;
  const inside: Address = { family: tree.ipVersion === 4 ? 4 : 6, bytes: new Uint8Array(depthMax / 8) };
  const store = new NodeStore(Math.max(512, nodeCount >> 1));
  const mapped = new Int32Array(nodeCount);
  const heights = new Uint8Array(nodeCount);

  const map = (record: number, depth: number): number => {
    if (record < nodeCount) return mapNode(record, depth);
    if (record === nodeCount) return leaf(0);
    const dataOffset = record - nodeCount - SEPARATOR_SIZE_BYTES;
    if (dataOffset >= 0 && dataOffset < tree.dataSizeBytes) return leaf(valueAt(dataOffset, inside));
    throw new BrokenDatabase(
      `a search tree that points to ${record}`,
      `at most ${nodeCount + tree.dataSizeBytes + 15}`,
    );
  };

  const mapNode = (node: number, depth: number): number => {
    if (heights[node] === BEING_READ) throw new BrokenDatabase('a search tree with a cycle', 'a tree');
    if (depth + Math.max(1, heights[node]) > depthMax) {
      throw new BrokenDatabase(`a search tree deeper than ${depthMax}`, 'no more levels than an address has bits');
    }
    if (heights[node] !== UNREAD) return mapped[node];
    heights[node] = BEING_READ;
    const [left, right] = [childOf(node, 0), childOf(node, 1)];
    const mappedLeft = map(left, depth + 1);
    inside.bytes[depth >> 3] |= 0x80 >> (depth & 7);
    const mappedRight = map(right, depth + 1);
    inside.bytes[depth >> 3] &= ~(0x80 >> (depth & 7));
    heights[node] = 1 + Math.max(heightOf(left), heightOf(right));
    mapped[node] = store.join(mappedLeft, mappedRight);
    return mapped[node];
  };

  const heightOf = (record: number) => (record < nodeCount ? heights[record] : 0);

  if (tree.ipVersion === 4) return { root4: map(0, 0), root6: leaf(0), nodes: store.finish() };
  const start4 = ipv4Start(childOf, nodeCount);
  const root4 = map(start4, 96);
  if (start4 < nodeCount) mapped[start4] = leaf(0);
  const root6 = map(0, 0);
  return { root4, root6, nodes: store.finish() };
}

/** Where the IPv4 part hangs in an IPv6 tree: at ::/96. */
function ipv4Start(childOf: (node: number, bit: number) => number, nodeCount: number): number {
  let record = 0;
  for (let depth = 0; depth < 96 && record < nodeCount; depth++) record = childOf(record, 0);
  return record;
}

/** Reads one of a node's two records. In 28 bits, the top four of both share the octet in the middle, left first. */
function recordReader({ bytes, recordSizeBits }: SearchTree): (node: number, bit: number) => number {
  const uint24 = (at: number) => (bytes[at] << 16) | (bytes[at + 1] << 8) | bytes[at + 2];
  switch (recordSizeBits) {
    case 24:
      return (node, bit) => uint24(6 * node + 3 * bit);
    case 28:
      return (node, bit) => {
        const middle = bytes[7 * node + 3];
        return ((bit === 0 ? middle >> 4 : middle & 15) << 24) | uint24(7 * node + 4 * bit);
      };
    case 32:
      return (node, bit) => bytes[8 * node + 4 * bit] * 2 ** 24 + uint24(8 * node + 4 * bit + 1);
    default:
      throw new BrokenDatabase(`records of ${recordSizeBits} bits`, '24, 28 or 32');
  }
}
