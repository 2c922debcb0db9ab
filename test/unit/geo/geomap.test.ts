import { beforeAll, describe, expect, test } from 'vitest';
import type { CountryTable } from '../../../src/geo/countries.ts';
import { buildGeoMap, type GeoMap, locate } from '../../../src/geo/geomap.ts';
import type { Prefix } from '../../../src/net/prefix.ts';
import { address, prefix } from '../net/tries.ts';
import { countries, databaseOf } from './databases.ts';
import type { Value } from './mmdb-writer.ts';

let table: CountryTable;
beforeAll(async () => {
  table = await countries();
});

type Rows = readonly (readonly [network: string, record: Value])[];

function mapOf(databases: readonly Rows[], networks: Record<string, readonly string[]> = {}): GeoMap {
  const prefixes = Object.entries(networks).map(([name, list]) => [name, list.map(prefix)] as [string, Prefix[]]);
  return buildGeoMap({
    databases: databases.map((rows) => databaseOf(rows)),
    networks: new Map(prefixes),
    countries: table,
  });
}

describe('a later database fills in what earlier ones lack', () => {
  const paris = {
    country: { iso_code: 'FR' },
    subdivisions: [{ iso_code: 'IDF' }],
    city: { names: { en: 'Paris' } },
    location: { latitude: 48.85, longitude: 2.35 },
  };
  test.each<[name: string, first: Value, second: Value, expected: object]>([
    ['the whole place', { asn: 64496 }, paris, { asn: 64496, country: 'FR', city: 'Paris', latitude: 48.85 }],
    ['city and coordinates', { country: 'FR' }, paris, { country: 'FR', subdivision: 'FR-IDF', city: 'Paris' }],
    ['coordinates', { country: 'FR', city: 'Paris' }, paris, { city: 'Paris', latitude: 48.85, longitude: 2.35 }],
    ['the number', { country: 'DE' }, { country: 'FR', asn: 64496 }, { country: 'DE', asn: 64496 }],
    ['nothing it has', { country: 'FR', asn: 1 }, { country: 'FR', asn: 2 }, { country: 'FR', asn: 1 }],
  ])('%s', (_, first, second, expected) => {
    const map = mapOf([[['192.0.2.0/24', first]], [['192.0.2.0/24', second]]]);
    expect(locate(map, address('192.0.2.1')).location).toMatchObject(expected);
  });

  test.each<[name: string, first: Value, continent: string, country: string]>([
    ['country', { country: 'DE' }, 'EU', 'DE'],
    ['continent', { continent: 'NA', country: 'US' }, 'NA', 'US'],
  ])('but no city and no coordinates of another %s', (_, first, continent, country) => {
    const map = mapOf([[['192.0.2.0/24', first]], [['192.0.2.0/24', paris]]]);
    const { latitude, longitude } = table.get(country) ?? {};
    const location = { continent, country, latitude, longitude, networks: [] };
    expect(locate(map, address('192.0.2.1')).location).toEqual(location);
  });

  test('nor coordinates of another city', () => {
    const lyon = { country: 'FR', city: 'Lyon' };
    const map = mapOf([[['192.0.2.0/24', lyon]], [['192.0.2.0/24', paris]]]);
    expect(locate(map, address('192.0.2.1')).location).toMatchObject({
      city: 'Lyon',
      latitude: table.get('FR')?.latitude,
    });
  });

  test('where networks differ in size, each answer has the smaller one', () => {
    const map = mapOf([[['192.0.0.0/16', { country: 'FR' }]], [['192.0.2.0/24', { asn: 64496 }]]]);
    expect(locate(map, address('192.0.2.1'))).toMatchObject({
      location: { country: 'FR', asn: 64496 },
      prefixLength: 24,
    });
    expect(locate(map, address('192.0.128.1'))).toMatchObject({ location: { country: 'FR' }, prefixLength: 17 });
  });
});

describe("the operator's networks", () => {
  const networks = {
    corporate: ['10.0.0.0/8', '2001:db8::/32'],
    lab: ['10.1.2.0/24', '10.1.3.0/24'],
    site: ['10.1.0.0/16'],
    twin: ['10.1.0.0/16'],
  };
  test.each([
    ['10.2.0.1', ['corporate'], 15],
    ['10.1.9.1', ['site', 'twin', 'corporate'], 21],
    ['10.1.2.9', ['lab', 'site', 'twin', 'corporate'], 23],
    ['2001:db8::1', ['corporate'], 32],
    ['::ffff:10.1.2.9', ['lab', 'site', 'twin', 'corporate'], 96 + 23],
    ['11.0.0.1', [], 8],
  ])('around %s: %j', (text, names, prefixLength) => {
    const { location, prefixLength: length } = locate(mapOf([], networks), address(text));
    expect(location.networks).toEqual(names);
    expect(length).toBe(prefixLength);
  });

  test('of one name, the longest prefix counts for the order', () => {
    const map = mapOf([], { wide: ['10.0.0.0/8', '10.1.2.3'], middle: ['10.1.0.0/16'] });
    expect(locate(map, address('10.1.2.3')).location.networks).toEqual(['wide', 'middle']);
    expect(locate(map, address('10.1.2.4')).location.networks).toEqual(['middle', 'wide']);
  });
});

test.each(['10.1.2.3', '172.31.0.1', '192.168.1.1', '169.254.1.1', 'fd00::1', 'fe80::1', '::ffff:10.1.2.3'])(
  'what a database says of %s is not believed, what the operator says is',
  (text) => {
    const everywhere = [
      ['0.0.0.0/1', { country: 'AU' }],
      ['128.0.0.0/1', { country: 'AU' }],
      ['f000::/4', { country: 'AU' }],
    ] as const;
    const networks = { office: ['10.0.0.0/8', '172.16.0.0/12', '192.0.0.0/8', '169.0.0.0/8', 'f000::/4'] };
    expect(locate(mapOf([everywhere]), address(text)).cell).toBe(0);
    expect(locate(mapOf([everywhere], networks), address(text)).location).toEqual({ networks: ['office'] });
  },
);

describe('cells', () => {
  test('cell 0 is where nothing is known, and equal locations are one cell', () => {
    const map = mapOf([
      [
        ['192.0.2.0/24', { country: 'SE' }],
        ['198.51.100.0/24', { continent: 'EU', country: 'SE' }],
      ],
    ]);
    expect(map.cells).toHaveLength(2);
    expect(map.cells[0]).toEqual({ networks: [] });
    expect(locate(map, address('203.0.113.1')).cell).toBe(0);
    expect(locate(map, address('192.0.2.1')).cell).toBe(locate(map, address('198.51.100.1')).cell);
  });

  test('without anything, the map is one leaf', () => {
    const map = mapOf([]);
    expect(map.trie.nodes).toHaveLength(0);
    expect(locate(map, address('::1'))).toEqual({ cell: 0, location: { networks: [] }, prefixLength: 0 });
  });

  test('a country that is not in the table stays without coordinates', () => {
    const map = mapOf([[['192.0.2.0/24', { country: 'AN' }]]]);
    expect(locate(map, address('192.0.2.1')).location).toEqual({ country: 'AN', networks: [] });
  });
});
