import type { CountryTable } from '../geo/countries.ts';
import { type GeoMap, locate } from '../geo/geomap.ts';
import type { Location } from '../geo/location.ts';
import { type Address, formatAddress } from '../net/address.ts';
import { type Prefix, parsePrefix, prefixLengthMax } from '../net/prefix.ts';
import { nearestSpelling } from '../util/spelling.ts';
import type { Subject } from './subject.ts';

/** A client whose answer is asked for. */
export interface Client {
  /** As it was given. */
  readonly from: string;
  /** Undefined: any address of a country. */
  readonly address?: Address;
  readonly location: Location;
  readonly knownBy: 'address' | 'network' | 'country';
}

export type FoundClient =
  | { readonly ok: true; readonly client: Client }
  /** What would be right in place of what was given. */
  | { readonly ok: false; readonly expected: string };

const FORM = "an address, a country's code such as DE, or the name of a network";

/**
 * The client that is meant by an address (or a network: its first address), by the name of one of the operator's
 * networks, or by a country's ISO 3166-1 code: then it is where the table of countries has its people, and nothing else
 * is known of it.
 */
export function findClient({ config, map, countries }: Subject, from: string): FoundClient {
  const named = config.geo.networks.get(from);
  if (named !== undefined) return { ok: true, client: { from, ...memberOf(map, from, named), knownBy: 'network' } };
  const parsed = parsePrefix(from);
  if (parsed.ok) {
    const { address } = parsed.prefix;
    return { ok: true, client: { from, address, location: locate(map, address).location, knownBy: 'address' } };
  }
  const location = locationOfCountry(countries, from);
  if (location !== undefined) return { ok: true, client: { from, location, knownBy: 'country' } };
  return { ok: false, expected: nearestSpelling(from, [...config.geo.networks.keys()]) ?? FORM };
}

/** What a client is called in text: its address, beside the name by which it was asked for. */
export function clientText({ from, address }: Client): string {
  if (address === undefined) return from;
  const text = formatAddress(address);
  return text === from ? from : `${from} (${text})`;
}

function locationOfCountry(countries: CountryTable, code: string): Location | undefined {
  const country = countries.get(code);
  if (country === undefined) return undefined;
  const { continent, latitude, longitude } = country;
  return { continent, country: code, latitude, longitude, networks: [] };
}

/**
 * An address of a named network in which no other network is more specific, where its first and last ones leave one.
 */
function memberOf(map: GeoMap, name: string, prefixes: readonly Prefix[]): { address: Address; location: Location } {
  const members = prefixes
    .flatMap((prefix) => [prefix.address, lastAddress(prefix)])
    .map((address) => ({ address, location: locate(map, address).location }));
  return members.find(({ location }) => location.networks[0] === name) ?? members[0];
}

function lastAddress({ address, length }: Prefix): Address {
  const bytes = address.bytes.slice();
  for (let bit = length; bit < prefixLengthMax(address); bit++) bytes[bit >> 3] |= 0x80 >> (bit & 7);
  return { family: address.family, bytes };
}
