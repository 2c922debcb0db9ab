import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fillIn } from '../../src/geo/fill-in.ts';
import { buildGeoMap, locate } from '../../src/geo/geomap.ts';
import type { Place } from '../../src/geo/location.ts';
import { readDatabase } from '../../src/geo/mmdb.ts';
import { contains, formatPrefix, type Prefix, prefixOf } from '../../src/net/prefix.ts';
import { buildTrie, lookup } from '../../src/net/trie.ts';
import { writeDatabase } from '../unit/geo/mmdb-writer.ts';

const COUNTRIES = ['SE', 'FR', 'JP'] as const;

const bytes4 = fc.array(fc.constantFrom(0, 10, 128, 255), { minLength: 4, maxLength: 4 });
const address4 = bytes4.map((octets) => ({ family: 4 as const, bytes: Uint8Array.from(octets) }));
const prefixes = fc
  .tuple(address4, fc.integer({ min: 1, max: 32 }))
  .map(([at, length]): Prefix => prefixOf(at, length));
const entries = fc.array(fc.tuple(prefixes, fc.nat(2)), { minLength: 1, maxLength: 10 });
const place = fc.record(
  {
    continent: fc.constantFrom('EU', 'AS'),
    country: fc.constantFrom(...COUNTRIES),
    city: fc.constantFrom('Paris', 'Kyoto'),
    asn: fc.constantFrom(1, 2),
  },
  { requiredKeys: [] },
) as fc.Arbitrary<Place>;

test('a database written and read says of every address what its networks said', () => {
  const options = fc.record({
    ipVersion: fc.constantFrom(4 as const, 6 as const),
    recordSizeBits: fc.constantFrom(24 as const, 28 as const, 32 as const),
  });
  fc.assert(
    fc.property(entries, fc.array(address4), options, (list, more, how) => {
      const rows = list.map(([prefix, index]) => [formatPrefix(prefix), { country: COUNTRIES[index] }] as const);
      const result = readDatabase(writeDatabase(rows, how), 'random.mmdb');
      expect(result.ok).toBe(true);
      if (!result.ok) return;
      const byList = buildTrie(list.map(([prefix, index]) => [prefix, index + 1] as const));
      const countryOf = [undefined, ...COUNTRIES];
      for (const at of [...more, ...list.map(([prefix]) => prefix.address)]) {
        const { value, depth } = lookup(byList, at);
        const found = lookup(result.value.trie, at);
        expect(result.value.places[found.value].country).toBe(countryOf[value]);
        expect(found.depth).toBe(depth);
      }
    }),
  );
});

test('filling in keeps all that was there, and mixes no two geographies', () => {
  fc.assert(
    fc.property(place, place, (first, second) => {
      const filled = fillIn(first, second);
      expect(filled).toMatchObject(first);
      expect(fillIn(filled, second)).toEqual(filled);
      if (first.country !== undefined && second.country !== undefined && first.country !== second.country) {
        expect(filled.city).toBe(first.city);
      }
    }),
  );
});

test('an address has the names of exactly the networks around it, most specific first', () => {
  const networks = fc.dictionary(fc.constantFrom('a', 'b', 'c', 'd'), fc.array(prefixes, { maxLength: 4 }));
  fc.assert(
    fc.property(networks, fc.array(address4, { minLength: 1 }), (byName, hosts) => {
      const map = buildGeoMap({ databases: [], networks: new Map(Object.entries(byName)), countries: new Map() });
      for (const host of hosts) {
        const around = Object.entries(byName).map(([name, list]) => {
          const lengths = list.filter((prefix) => contains(prefix, host)).map((prefix) => prefix.length);
          return { name, length: Math.max(-1, ...lengths) };
        });
        const expected = around.filter(({ length }) => length >= 0).sort((a, b) => b.length - a.length);
        expect(locate(map, host).location.networks).toEqual(expected.map(({ name }) => name));
      }
    }),
  );
});
