import { type GeoMap, locate } from '../geo/geomap.ts';
import { type Location } from '../geo/location.ts';
import type { Address } from '../net/address.ts';
import type { PrefixTrie } from '../net/trie.ts';

/**
 * How many clients there are where, by cell of a map, in any unit. Without anything better it is by IPv4 addresses, whose
 * allocation follows where clients are; IPv6 networks are handed out by the billion to whoever asks. Those of whom
 * nothing is known count only where nothing is known of anyone: they are mostly addresses that nobody has.
 */
export type Census = Float64Array;

/** By the IPv4 addresses of each cell. */
export function censusByAddresses({ trie, cells }: GeoMap): Census {
  const census = countValues(trie, cells.length);
  if (!cells.some(isPlaced)) return census;
  return census.map((count, cell) => (isKnown(cells[cell]) ? count : 0));
}

/** By what a query log has: an address, or a network by one of its addresses, and how many queries. */
export function censusByLog(map: GeoMap, log: Iterable<readonly [Address, number]>): Census {
  const census = new Float64Array(map.cells.length);
  for (const [address, count] of log) census[locate(map, address).cell] += count;
  return census;
}

/** Of each value of a trie, how many IPv4 addresses have it. */
export function countValues({ nodes, root4 }: PrefixTrie, valueCount: number): Float64Array {
  const counts = new Float64Array(valueCount);
  const visit = (record: number, size: number): void => {
    if (record < 0) {
      counts[~record] += size;
      return;
    }
    visit(nodes[2 * record], size / 2);
    visit(nodes[2 * record + 1], size / 2);
  };
  visit(root4, 2 ** 32);
  return counts;
}

/** The clients of each class, of the cells that make it. */
export function censusOfClasses(census: Census, classOf: Int32Array, classCount: number): Float64Array {
  const counts = new Float64Array(classCount);
  for (let cell = 0; cell < census.length; cell++) counts[classOf[cell]] += census[cell];
  return counts;
}

/** Whether a database, or the operator, knows anything of a place. */
function isKnown(location: Location): boolean {
  return isPlaced(location) || location.networks.length > 0;
}

function isPlaced({ country, continent, latitude, asn }: Location): boolean {
  return country !== undefined || continent !== undefined || latitude !== undefined || asn !== undefined;
}
