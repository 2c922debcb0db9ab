import { closeSync, openSync, writeSync } from 'node:fs';
import type { Country } from '../../src/geo/countries.ts';
import { Random } from '../../src/util/random.ts';
import { encode } from './mmdb-record.ts';

export interface CityDatabaseOptions {
  /** Of both families: a quarter of them is IPv6. */
  readonly networks: number;
  readonly cities: number;
  readonly countries: readonly Country[];
  readonly seed: number;
}

/** Networks that stand side by side are of one country, in as many stretches. */
const STRETCHES = 4096;
/** Of networks, one in so many is somewhere else than its neighbours. */
const STRAYS = 20;
/** How far a city may be from the middle of its country. */
const DEGREES_MAX = 4;
/** IPv4 hangs at ::/96, and IPv6 at 2000::/3. */
const [IPV4_AT_BITS, IPV6_AT_BITS] = [96, 3];
/** Networks are no longer than these. */
const [IPV4_LENGTH_MAX, IPV6_LENGTH_MAX] = [28, 48];
const SEPARATOR_BYTES = 16;
const NODE_BYTES = 8;

/** Networks that lie side by side below one node. */
interface Subtree {
  /**
   * The number of its first node, which all others follow: a node stands before its left half, and that before its
   * right.
   */
  readonly node: number;
  /** The number of its first network. */
  readonly first: number;
  readonly networks: number;
  /** Levels below it. */
  readonly bits: number;
}

/**
 * Writes an .mmdb file in the layout of GeoIP2 City: so many networks of random lengths, each in one of so many cities,
 * which lie around the middles of their countries. What is kept meanwhile is the cities' records: the tree is written
 * as it is made.
 */
export function writeCityDatabase(file: string, { networks, cities, countries, seed }: CityDatabaseOptions): void {
  const random = new Random(seed);
  const records = Array.from({ length: cities }, (_, city) =>
    cityRecord(city, countries[city % countries.length], random),
  );
  const ipv6Networks = networks >> 2;
  const ipv4Networks = networks - ipv6Networks;
  const ipv4 = { node: IPV4_AT_BITS, first: 0, networks: ipv4Networks, bits: IPV4_LENGTH_MAX };
  const ipv6 = {
    node: ipv4.node + ipv4Networks - 1,
    first: ipv4Networks,
    networks: ipv6Networks,
    bits: IPV6_LENGTH_MAX - IPV6_AT_BITS,
  };
  const nodeCount = ipv6.node + ipv6Networks - 1;
  const out = new Output(file);
  for (let depth = 0; depth < IPV4_AT_BITS; depth++) {
    out.node(depth + 1, depth === IPV6_AT_BITS - 1 ? ipv6.node : nodeCount);
  }
  const dataAt = nodeCount + SEPARATOR_BYTES;
  const cityOf = dealOut(networks, cities, countries.length, random);
  const offsets = offsetsOf(records);
  for (const half of [ipv4, ipv6]) writeTree(out, half, random, (network) => dataAt + offsets[cityOf(network)]);
  for (const octets of [Buffer.alloc(SEPARATOR_BYTES), ...records, metadata(nodeCount)]) out.write(octets);
  out.close();
}

function writeTree(out: Output, tree: Subtree, random: Random, recordOf: (network: number) => number): void {
  const { node, first, networks, bits } = tree;
  if (networks === 1) return; // its record stands in the node above
  const left = leftHalf(networks, bits, random);
  const halves = [
    { node: node + 1, first, networks: left, bits: bits - 1 },
    { node: node + left, first: first + left, networks: networks - left, bits: bits - 1 },
  ];
  const [leftRecord, rightRecord] = halves.map((half) => (half.networks === 1 ? recordOf(half.first) : half.node));
  out.node(leftRecord, rightRecord);
  for (const half of halves) writeTree(out, half, random, recordOf);
}

/** How many of the networks are in the left half: a fifth to four fifths, and as many as both halves have room for. */
function leftHalf(networks: number, bits: number, random: Random): number {
  const room = 2 ** (bits - 1);
  const wanted = Math.round((networks * (20 + random.below(61))) / 100);
  return Math.min(room, networks - 1, Math.max(1, networks - room, wanted));
}

/** Gives each network a city: one of the country that its stretch is in, but for strays. */
function dealOut(networks: number, cities: number, countries: number, random: Random): (network: number) => number {
  const countryOf = Array.from({ length: STRETCHES }, () => random.below(countries));
  return (network) => {
    if (random.below(STRAYS) === 0) return random.below(cities);
    const country = countryOf[Math.floor((network * STRETCHES) / networks)];
    return Math.min(cities - 1, country + countries * random.below(Math.ceil(cities / countries)));
  };
}

function cityRecord(city: number, { code, continent, latitude, longitude }: Country, random: Random): Buffer {
  const near = (degrees: number, degreesMax: number): number => {
    const moved = degrees + (random.below(2 * DEGREES_MAX * 10_000) / 10_000 - DEGREES_MAX);
    return Math.min(degreesMax, Math.max(-degreesMax, moved));
  };
  return encode({
    city: { geoname_id: city, names: { en: `City ${city}` } },
    continent: { code: continent },
    country: { iso_code: code },
    location: { latitude: near(latitude, 90), longitude: near(longitude, 180) },
  });
}

function offsetsOf(records: readonly Buffer[]): Uint32Array {
  const offsets = new Uint32Array(records.length);
  for (let index = 1; index < records.length; index++) offsets[index] = offsets[index - 1] + records[index - 1].length;
  return offsets;
}

function metadata(nodeCount: number): Buffer {
  const described = {
    node_count: nodeCount,
    record_size: 4 * NODE_BYTES,
    ip_version: 6,
    database_type: 'Synthetic-City',
    languages: ['en'],
    binary_format_major_version: 2,
    binary_format_minor_version: 0,
    build_epoch: 1_700_000_000n,
    description: { en: 'made for benchmarks' },
  };
  return Buffer.concat([Buffer.from('\xab\xcd\xefMaxMind.com', 'latin1'), encode(described)]);
}

/** A file that is written a piece at a time, the pieces gathered. */
class Output {
  readonly #fd: number;
  readonly #gathered = Buffer.alloc(1024 * 1024);
  #bytes = 0;

  constructor(file: string) {
    this.#fd = openSync(file, 'w');
  }

  node(left: number, right: number): void {
    if (this.#bytes + NODE_BYTES > this.#gathered.length) this.#flush();
    this.#gathered.writeUInt32BE(left, this.#bytes);
    this.#gathered.writeUInt32BE(right, this.#bytes + 4);
    this.#bytes += NODE_BYTES;
  }

  write(octets: Buffer): void {
    if (this.#bytes + octets.length > this.#gathered.length) this.#flush();
    this.#bytes += octets.copy(this.#gathered, this.#bytes);
  }

  close(): void {
    this.#flush();
    closeSync(this.#fd);
  }

  #flush(): void {
    for (let at = 0; at < this.#bytes; ) at += writeSync(this.#fd, this.#gathered, at, this.#bytes - at);
    this.#bytes = 0;
  }
}
