import type { Address } from '../../src/net/address.ts';
import { contains, type Prefix, parsePrefix, prefixOf } from '../../src/net/prefix.ts';
import { leaf, type PrefixTrie, TEREDO } from '../../src/net/trie.ts';

/** The first address of each network that a trie tells apart. */
export interface Starts {
  readonly ipv4: readonly Address[];
  readonly ipv6: readonly Address[];
}

/** In the IPv6 half of a grafted trie the IPv4 half stands five times; what Teredo has is left to {@link pointsIn}. */
export function startsOf(trie: PrefixTrie): Starts {
  return { ipv4: startsBelow(trie, trie.root4, 4), ipv6: startsBelow(trie, trie.root6, 6) };
}

/** One address at least of each part of a network that the trie tells apart. */
export function pointsIn(network: Prefix, { ipv4, ipv6 }: Starts): readonly Address[] {
  const { address } = network;
  const own = address.family === 4 ? ipv4 : [...ipv6, ...teredoPoints(network, ipv4)];
  return [prefixOf(address, network.length).address, ...own.filter((point) => contains(network, point))];
}

const TEREDO_NETWORK = networkOf('2001::/32');

/** IPv4 addresses stand there complemented, so that each part begins where the original ends. */
function teredoPoints({ address, length }: Prefix, ipv4: readonly Address[]): readonly Address[] {
  const isWithin = contains(TEREDO_NETWORK, address) && length >= TEREDO_NETWORK.length;
  const head = (isWithin ? address : TEREDO_NETWORK.address).bytes.subarray(0, 12);
  return ipv4
    .flatMap(({ bytes }) => [bytes, before(bytes)])
    .map((bytes) => ({ family: 6, bytes: Uint8Array.from([...head, ...bytes.map((byte) => 255 - byte)]) }));
}

/** The address before one; of the first, the last. */
function before(bytes: Uint8Array): Uint8Array {
  const view = new DataView(Uint8Array.from(bytes).buffer);
  view.setUint32(0, view.getUint32(0) - 1);
  return new Uint8Array(view.buffer);
}

function startsBelow({ nodes }: PrefixTrie, root: number, family: 4 | 6): readonly Address[] {
  const starts: Address[] = [];
  const bytes = new Uint8Array(family === 4 ? 4 : 16);
  const visit = (record: number, depth: number): void => {
    if (record === leaf(TEREDO)) return;
    if (record < 0) {
      starts.push({ family, bytes: bytes.slice() });
      return;
    }
    visit(nodes[2 * record], depth + 1);
    bytes[depth >> 3] |= 0x80 >> (depth & 7);
    visit(nodes[2 * record + 1], depth + 1);
    bytes[depth >> 3] &= ~(0x80 >> (depth & 7));
  };
  visit(root, 0);
  return starts;
}

function networkOf(text: string): Prefix {
  const parsed = parsePrefix(text);
  if (!parsed.ok) throw new Error(text);
  return parsed.prefix;
}
