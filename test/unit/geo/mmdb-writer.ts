import { buildTrie } from '../../../src/net/trie.ts';
import { assert } from '../../../src/util/assert.ts';
import { prefix } from '../net/tries.ts';

/** What a record may hold; a `Uint8Array` goes in as it is, to write what no writer would. */
export type Value = string | number | bigint | Uint8Array | readonly Value[] | { readonly [key: string]: Value };

export interface WriterOptions {
  readonly ipVersion?: 4 | 6;
  readonly recordSizeBits?: 24 | 28 | 32;
  /** Instead of the true ones. */
  readonly metadata?: { readonly [key: string]: Value };
}

/** An .mmdb file (MaxMind DB format 2.0) in which each network has its record; IPv4 networks are at ::/96 in an IPv6 file. */
export function writeDatabase(
  rows: readonly (readonly [network: string, record: Value])[],
  { ipVersion = 6, recordSizeBits = 24, metadata = {} }: WriterOptions = {},
): Buffer {
  const inFile = (network: string) => (ipVersion === 6 && !network.includes(':') ? `::${network96(network)}` : network);
  const { nodes, root4, root6 } = buildTrie(
    rows.map(([network], index) => [prefix(inFile(network)), index + 1] as const),
  );
  const nodeCount = nodes.length / 2;
  assert((ipVersion === 6 ? root6 : root4) === nodeCount - 1, 'the root is the last node built');
  const records = rows.map(([, record]) => encode(record));
  const offsets = records.map((_, index) => Buffer.concat(records.slice(0, index)).length);
  // The root is node 0 in a file, so they count from the other end.
  const pointer = (record: number) => {
    if (record >= 0) return nodeCount - 1 - record;
    return record === ~0 ? nodeCount : nodeCount + 16 + offsets[~record - 1];
  };
  const tree = Array.from({ length: nodeCount }, (_, index) => {
    const at = 2 * (nodeCount - 1 - index);
    return writeNode(pointer(nodes[at]), pointer(nodes[at + 1]), recordSizeBits);
  });
  const described = {
    node_count: nodeCount,
    record_size: recordSizeBits,
    ip_version: ipVersion,
    database_type: 'Test',
    languages: [],
    binary_format_major_version: 2,
    binary_format_minor_version: 0,
    build_epoch: 1_700_000_000n,
    description: {},
    ...metadata,
  };
  const marker = Buffer.from('\xab\xcd\xefMaxMind.com', 'latin1');
  return Buffer.concat([...tree, Buffer.alloc(16), ...records, marker, encode(described)]);
}

function network96(network: string): string {
  const [address, length = '32'] = network.split('/');
  return `${address}/${96 + Number(length)}`;
}

function writeNode(left: number, right: number, recordSizeBits: number): Buffer {
  const hex = (value: number) => value.toString(16).padStart(recordSizeBits / 4, '0');
  const [l, r] = [hex(left), hex(right)];
  // In 28 bits the top four of both share the octet in the middle.
  return Buffer.from(recordSizeBits === 28 ? l.slice(1) + l[0] + r[0] + r.slice(1) : l + r, 'hex');
}

function encode(value: Value): Buffer {
  if (value instanceof Uint8Array) return Buffer.from(value);
  if (typeof value === 'string') return Buffer.concat([control(2, Buffer.byteLength(value)), Buffer.from(value)]);
  if (typeof value === 'bigint') return Buffer.concat([control(9, 8), uint64(value)]);
  if (typeof value === 'number') return Number.isInteger(value) && value >= 0 ? uint32(value) : double(value);
  if (Array.isArray(value)) return Buffer.concat([control(11, value.length), ...value.map(encode)]);
  const entries = Object.entries(value);
  return Buffer.concat([control(7, entries.length), ...entries.flatMap(([key, item]) => [encode(key), encode(item)])]);
}

/** The control octets of a value; types from 8 on have a second one. Sizes from 29 on are not needed here, but names of cities are. */
function control(type: number, size: number): Buffer {
  const [first, sizeOctets] = size < 29 ? [size, []] : [29, [size - 29]];
  return Buffer.from(type < 8 ? [(type << 5) | first, ...sizeOctets] : [first, type - 7, ...sizeOctets]);
}

function uint32(value: number): Buffer {
  const buffer = Buffer.alloc(4);
  buffer.writeUInt32BE(value);
  return Buffer.concat([control(6, 4), buffer]);
}

function uint64(value: bigint): Buffer {
  const buffer = Buffer.alloc(8);
  buffer.writeBigUInt64BE(value);
  return buffer;
}

function double(value: number): Buffer {
  const buffer = Buffer.alloc(8);
  buffer.writeDoubleBE(value);
  return Buffer.concat([control(3, 8), buffer]);
}
