import type { GeoMap } from '../geo/geomap.ts';
import type { Location } from '../geo/location.ts';
import type { PrefixTrie } from '../net/trie.ts';

/**
 * How many clients there are where, by cell of a map. Without anything better it is by IPv4 addresses, whose allocation
 * follows where clients are; IPv6 networks are handed out by the billion to whoever asks.
 */
export type Census = Float64Array;

/** By the IPv4 addresses of each cell. */
export function censusByAddresses(map: GeoMap): Census {
  return countValues(map.trie, map.cells.length).map((count, cell) => (isCounted(map, cell) ? count : 0));
}

/**
 * Whether the clients of a cell count: those of whom nothing is known only where nothing is known of anyone, for they
 * are mostly addresses that nobody has.
 */
export function isCounted({ cells }: GeoMap, cell: number): boolean {
  const { networks, ...place } = cells[cell];
  return networks.length > 0 || hasPlace(place) || !knowsPlaces(cells);
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

/** With a database the first cells tell. */
function knowsPlaces(cells: readonly Location[]): boolean {
  return cells.some(hasPlace);
}

function hasPlace({ country, continent, latitude, asn }: Omit<Location, 'networks'>): boolean {
  return country !== undefined || continent !== undefined || latitude !== undefined || asn !== undefined;
}
