import { Reader, type Response } from 'maxmind';
import { type Address, formatAddress } from '../net/address.ts';
import type { PrefixTrie } from '../net/trie.ts';
import type { Loaded } from '../util/problem.ts';
import { BrokenDatabase } from './broken-database.ts';
import { DistinctList } from './distinct-list.ts';
import type { Place } from './location.ts';
import { readPlace } from './place.ts';
import { readSearchTree, SEPARATOR_SIZE_BYTES, type SearchTree } from './search-tree.ts';

/** A geo database: each leaf's value is the index of its place. Places are distinct; the one at 0 is empty: unknown. */
export interface GeoDatabase {
  readonly trie: PrefixTrie;
  readonly places: readonly Place[];
  /** When its publisher built it. */
  readonly builtAt: Date;
}

/**
 * Reads all of an .mmdb file: a City, Country or ASN database in the layout of GeoIP2 and GeoLite2, or a flat one.
 * Every record is decoded now, so nothing can fail later. A file that is damaged anywhere we look is a problem
 * (`bad-database`) and nothing of it is used; one without a field we know is another (`unusable-database`).
 */
export function readDatabase(bytes: Buffer, file: string): Loaded<GeoDatabase> {
  try {
    const database = decodeDatabase(bytes);
    if (database.places.length > 1) return { ok: true, value: database };
    const found = 'no place in any record';
    return refuse('unusable-database', file, found, 'a City, Country or ASN database in .mmdb format');
  } catch (error) {
    if (error instanceof BrokenDatabase) return refuse('bad-database', file, error.found, error.expected);
    // What mmdb-lib throws, or the engine inside it: a RangeError at an offset that is not there.
    const message = error instanceof Error ? error.message : String(error);
    return refuse('bad-database', file, `a record that cannot be decoded (${message})`, 'an undamaged .mmdb file');
  }
}

function refuse(code: string, file: string, found: string, expected: string): Loaded<GeoDatabase> {
  return { ok: false, problems: [{ code, file, found, expected }] };
}

function decodeDatabase(bytes: Buffer): GeoDatabase {
  const metadataStart = findMetadata(bytes);
  const reader = new Reader<Response>(bytes, { cache: boundedCache() });
  const tree = checkedTree(bytes, reader.metadata, metadataStart);
  // Thousands of records differ only in what is not read, such as names in other languages.
  const places = new DistinctList<Place>({});
  const values = new Map<number, number>();
  const valueAt = (dataOffset: number, inside: Address) => {
    let value = values.get(dataOffset);
    if (value === undefined) {
      value = places.indexOf(readPlace(reader.get(formatAddress(inside))));
      values.set(dataOffset, value);
    }
    return value;
  };
  const trie = readSearchTree(tree, valueAt);
  return { trie, places: places.list, builtAt: reader.metadata.buildEpoch };
}

const METADATA_MARKER = Buffer.from('\xab\xcd\xefMaxMind.com', 'latin1');

/** The offset of the metadata, which stand last: a file cut short has none. */
function findMetadata(bytes: Buffer): number {
  const markerAt = bytes.lastIndexOf(METADATA_MARKER);
  if (markerAt >= 0) return markerAt;
  throw new BrokenDatabase('no .mmdb metadata at the end of the file', 'a whole .mmdb file');
}

function checkedTree(bytes: Buffer, metadata: Reader<Response>['metadata'], metadataStart: number): SearchTree {
  const { binaryFormatMajorVersion, ipVersion, nodeCount, recordSize: recordSizeBits } = metadata;
  if (binaryFormatMajorVersion !== 2) {
    throw new BrokenDatabase(`binary format ${binaryFormatMajorVersion}`, 'MaxMind DB format 2');
  }
  // Without a real date, whoever prints its age would fail later.
  if (Number.isNaN(metadata.buildEpoch.getTime())) throw new BrokenDatabase('no build date', 'seconds since 1970');
  if (ipVersion !== 4 && ipVersion !== 6) throw new BrokenDatabase(`IP version ${ipVersion}`, '4 or 6');
  const dataStart = (nodeCount * recordSizeBits) / 4 + SEPARATOR_SIZE_BYTES;
  if (!Number.isInteger(nodeCount) || nodeCount < 1 || dataStart > metadataStart) {
    throw new BrokenDatabase(`a node count of ${nodeCount}`, `as many as fit into ${metadataStart} octets`);
  }
  if (bytes.subarray(dataStart - SEPARATOR_SIZE_BYTES, dataStart).some((octet) => octet !== 0)) {
    throw new BrokenDatabase(`a search tree that does not end after ${nodeCount} nodes`, 'zeros after the search tree');
  }
  return { bytes, nodeCount, recordSizeBits, ipVersion, dataSizeBytes: metadataStart - dataStart };
}

/**
 * What the decoder remembers behind pointers: most records point to the same few countries and continents. Bounded,
 * because the records themselves pass through it too, and a City database has a million. 4096 holds all countries and
 * then some.
 */
function boundedCache() {
  const decoded = new Map<string | number, unknown>();
  return {
    get: (key: string | number) => decoded.get(key),
    set: (key: string | number, value: unknown) => {
      if (decoded.size === 4096) decoded.clear();
      decoded.set(key, value);
    },
  };
}
