import type { Address } from '../net/address.ts';
import { graftEmbedded4 } from '../net/embedded.ts';
import type { Prefix } from '../net/prefix.ts';
import { buildTrie, lookup, type PrefixTrie } from '../net/trie.ts';
import { overlay } from '../net/trie-transform.ts';
import type { CountryTable } from './countries.ts';
import { DistinctList } from './distinct-list.ts';
import { fillIn } from './fill-in.ts';
import type { Location, Place } from './location.ts';
import type { GeoDatabase } from './mmdb.ts';
import { buildNetworkMap } from './network-map.ts';
import { privateNetworks } from './private-networks.ts';

/**
 * Where every address is. The trie's leaves hold the index of a cell; equal locations are one cell, and cell 0 is the
 * location of which nothing is known. IPv4 addresses inside IPv6 ones are grafted (net/embedded.ts).
 */
export interface GeoMap {
  readonly trie: PrefixTrie;
  readonly cells: readonly Location[];
}

export interface GeoMapSources {
  /** Most trusted first: a later one only fills in what earlier ones lack. */
  readonly databases: readonly Pick<GeoDatabase, 'trie' | 'places'>[];
  /** The operator's networks by name. */
  readonly networks: ReadonlyMap<string, readonly Prefix[]>;
  readonly countries: CountryTable;
}

/** Merges everything that says where addresses are into one map. */
export function buildGeoMap({ databases, networks, countries }: GeoMapSources): GeoMap {
  const [first = { trie: buildTrie([]), places: [{}] }, ...others] = databases;
  const merged = others.reduce(mergeDatabases, first);
  const named = buildNetworkMap(networks);
  // Both small, so that the large trie is walked once for both.
  const own = overlay(named.trie, privateNetworks(), (namesIndex, isPrivate) => 2 * namesIndex + isPrivate);
  const cells = new DistinctList<Location>({ networks: [] });
  const cellOf = cells.memo((placeIndex, ownValue) => ({
    ...withCountry(merged.places[ownValue % 2 === 1 ? 0 : placeIndex], countries),
    networks: named.names[ownValue >> 1],
  }));
  const trie = overlay(merged.trie, own, cellOf);
  return { trie: graftEmbedded4(trie), cells: cells.list };
}

/**
 * The cell of an address, its location, and the length of the largest network around it that is known to share them.
 */
export function locate(map: GeoMap, address: Address): { cell: number; location: Location; prefixLength: number } {
  const { value: cell, depth: prefixLength } = lookup(map.trie, address);
  return { cell, location: map.cells[cell], prefixLength };
}

type Places = Pick<GeoDatabase, 'trie' | 'places'>;

function mergeDatabases(first: Places, second: Places): Places {
  const places = new DistinctList<Place>({});
  const placeOf = places.memo((firstIndex, secondIndex) =>
    fillIn(first.places[firstIndex], second.places[secondIndex]),
  );
  return { trie: overlay(first.trie, second.trie, placeOf), places: places.list };
}

/** What follows from the country where the databases leave it out: its continent, and the middle of its people. */
function withCountry(place: Place, countries: CountryTable): Place {
  const country = place.country === undefined ? undefined : countries.get(place.country);
  if (!country) return place;
  const { continent, latitude, longitude } = country;
  return { continent, ...(place.latitude === undefined && { latitude, longitude }), ...place };
}
