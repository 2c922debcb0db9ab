import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { loadDatabase } from '../../../src/geo/load.ts';
import { readDatabase } from '../../../src/geo/mmdb.ts';
import { assert } from '../../../src/util/assert.ts';
import { databaseOf, EMBEDDED, embedded, loaded, placeOf, sharedFile } from './databases.ts';
import { type Value, writeDatabase } from './mmdb-writer.ts';

const LONDON = {
  continent: { code: 'EU' },
  country: { iso_code: 'GB' },
  subdivisions: [{ iso_code: 'ENG' }, { iso_code: 'LND' }],
  city: { names: { de: 'London', en: 'London' } },
  location: { latitude: 51.5142, longitude: -0.0931 },
  autonomous_system_number: 64496,
};

const LONDON_PLACE = {
  continent: 'EU',
  country: 'GB',
  subdivision: 'GB-ENG',
  city: 'London',
  latitude: 51.5142,
  longitude: -0.0931,
  asn: 64496,
};

describe('layouts of records', () => {
  test.each<[name: string, record: Value, place: object]>([
    ['GeoIP2, nested', LONDON, LONDON_PLACE],
    ['registered country alone', { registered_country: { iso_code: 'US' } }, { country: 'US' }],
    [
      'a continent, and a country of registration elsewhere',
      { continent: { code: 'EU' }, registered_country: { iso_code: 'US' }, city: 'x' },
      { continent: 'EU', city: 'x' },
    ],
    ['flat, country_code', { country_code: 'DE' }, { country: 'DE' }],
    [
      'flat, country',
      { country: 'de', continent: 'EU', asn: 'AS64497' },
      { country: 'DE', continent: 'EU', asn: 64497 },
    ],
    [
      'flat, with coordinates as text',
      { country_code: 'US', state1: 'CA', city: 'San Jose', latitude: '37.33', longitude: '-121.89' },
      { country: 'US', subdivision: 'US-CA', city: 'San Jose', latitude: 37.33, longitude: -121.89 },
    ],
    [
      'a region that is all of ISO 3166-2',
      { country: 'FR', region: 'FR-IDF' },
      { country: 'FR', subdivision: 'FR-IDF' },
    ],
    ['a region that is a name', { country: 'US', state1: 'California' }, { country: 'US' }],
    ['a region without a country', { region: 'CA', asn: 1 }, { asn: 1 }],
    ['no codes', { country_code: '-', continent_code: 'XX', city: '', asn: 'AS0', x: 1 }, {}],
    ['latitude alone', { country: 'DE', latitude: 50.5 }, { country: 'DE' }],
    ['the equator at Greenwich', { latitude: 0, longitude: 0 }, { latitude: 0, longitude: 0 }],
    ['not even a map', 'something', {}],
  ])('%s', (_, record, place) => {
    const database = databaseOf([
      ['192.0.2.0/24', record],
      ['198.51.100.0/24', { country: 'SE' }],
    ]);
    expect(placeOf(database, '192.0.2.1')[0]).toEqual(place);
  });
});

describe.each([24, 28, 32] as const)('records of %i bits', (recordSizeBits) => {
  test.each([4, 6] as const)('IP version %i', (ipVersion) => {
    const database = databaseOf(
      [
        ['192.0.2.0/24', { country: 'GB' }],
        ['192.0.2.128/25', { country: 'FR' }],
        ['203.0.113.1/32', { country: 'GB' }],
        ...(ipVersion === 6 ? [['2001:db8::/32', { country: 'SE' }] as const] : []),
      ],
      { ipVersion, recordSizeBits },
    );
    expect(placeOf(database, '192.0.2.1')).toEqual([{ country: 'GB' }, 25]);
    expect(placeOf(database, '192.0.2.200')).toEqual([{ country: 'FR' }, 25]);
    expect(placeOf(database, '203.0.113.1')).toEqual([{ country: 'GB' }, 32]);
    expect(placeOf(database, '203.0.113.0')).toEqual([{}, 32]);
    expect(placeOf(database, '2001:db8::1')).toEqual(ipVersion === 6 ? [{ country: 'SE' }, 32] : [{}, 0]);
    expect(database.places).toHaveLength(ipVersion === 6 ? 4 : 3);
    expect(database.builtAt.getTime()).toBe(1_700_000_000_000);
  });
});

describe('a damaged file is a problem, and nothing of it is used', () => {
  const rows = [
    ['192.0.2.0/24', LONDON],
    ['2001:db8::/32', { country: 'SE' }],
  ] as const;
  const whole = writeDatabase(rows);
  const double4 = Buffer.from([(3 << 5) | 4, 1, 2, 3, 4]);
  const selfPointer = Buffer.from([0x20, 0]);

  test.each<[name: string, bytes: Buffer, problem: string, found: RegExp]>([
    ['empty', Buffer.alloc(0), 'bad-database', /no \.mmdb metadata/],
    ['text', Buffer.from('country,network\n'), 'bad-database', /no \.mmdb metadata/],
    ['the marker alone', Buffer.from('\xab\xcd\xefMaxMind.com', 'latin1'), 'bad-database', /./],
    ['format 3', writeDatabase(rows, { metadata: { binary_format_major_version: 3 } }), 'bad-database', /format 3/],
    ['IP version 5', writeDatabase(rows, { metadata: { ip_version: 5 } }), 'bad-database', /IP version 5/],
    ['records of 20 bits', writeDatabase(rows, { metadata: { record_size: 20 } }), 'bad-database', /record size/],
    [
      'too many nodes',
      writeDatabase(rows, { metadata: { node_count: 99_999 } }),
      'bad-database',
      /node count of 99999/,
    ],
    ['no nodes', writeDatabase(rows, { metadata: { node_count: 0 } }), 'bad-database', /node count of 0/],
    ['too few nodes', writeDatabase(rows, { metadata: { node_count: 9 } }), 'bad-database', /./],
    ['no date', writeDatabase(rows, { metadata: { build_epoch: 'once' } }), 'bad-database', /build date/],
    ['a node count in words', writeDatabase(rows, { metadata: { node_count: 'many' } }), 'bad-database', /many/],
    [
      'a short double',
      writeDatabase([['10.0.0.0/8', { latitude: double4, longitude: 1 }]]),
      'bad-database',
      /latitude/,
    ],
    ['latitude 91', writeDatabase([['10.0.0.0/8', { latitude: 91, longitude: 1 }]]), 'bad-database', /latitude 91/],
    ['a pointer to itself', writeDatabase([['::/1', selfPointer]]), 'bad-database', /cannot be decoded/],
    [
      'a pointer out of the file',
      writeDatabase([['::/1', Buffer.from([0x38, 9, 9, 9, 9])]]),
      'bad-database',
      /decoded/,
    ],
    ['no known field', writeDatabase([['10.0.0.0/8', { is_anonymous: 1 }]]), 'unusable-database', /no place/],
    ['a cycle', patched(whole, 0, [0, 0, 0]), 'bad-database', /cycle/],
    ['a pointer past the data', patched(whole, 3, [0xff, 0xff, 0xff]), 'bad-database', /points to 16777215/],
  ])('%s', (_, bytes, code, found) => {
    const result = readDatabase(bytes, 'x.mmdb');
    assert(!result.ok, 'refused');
    expect(result.problems).toEqual([
      { code, file: 'x.mmdb', found: expect.stringMatching(found), expected: expect.any(String) },
    ]);
  });

  test('more levels than an address has bits', () => {
    // Node after node down the left side: no cycle, but 40 levels in an IPv4 tree.
    const nodes = Array.from({ length: 40 }, (_, index) => [0, 0, index + 1, 0, 0, 40]).flat();
    const { metadata, rest } = { metadata: { node_count: 40 }, rest: [['0.0.0.0/1', { country: 'SE' }]] as const };
    const tail = writeDatabase(rest, { ipVersion: 4, metadata }).subarray(6);
    const result = readDatabase(Buffer.concat([Buffer.from(nodes), tail]), 'deep.mmdb');
    expect(result.ok ? [] : result.problems[0].found).toMatch(/deeper than 32/);
  });

  test('a shared subtree below the first place where it fits', () => {
    // Node 0 leads to node 1 both at once and through 127 others; node 1 has a level of its own below it.
    const uint24 = (value: number) => [value >> 16, (value >> 8) & 255, value & 255];
    const count = 131;
    const chain = Array.from({ length: count - 3 }, (_, index) => [index + 4 < count ? index + 4 : 1, count]);
    const tree = [[1, 3], [2, count], [count, count], ...chain].flat().flatMap(uint24);
    const tail = writeDatabase([['::/1', { country: 'SE' }]], { metadata: { node_count: count } }).subarray(6);
    const result = readDatabase(Buffer.concat([Buffer.from(tree), tail]), 'dag.mmdb');
    expect(result.ok ? [] : result.problems[0].found).toMatch(/deeper than 128/);
  });

  test('cut short anywhere', () => {
    for (let length = 0; length < whole.length - 1; length++) {
      expect(readDatabase(whole.subarray(0, length), 'cut.mmdb').ok, `${length} octets`).toBe(false);
    }
  });

  test('with any one octet changed it is read or refused, never thrown at us', () => {
    for (let at = 0; at < whole.length; at++) {
      for (const flip of [0x01, 0x80, 0xff]) {
        const result = readDatabase(patched(whole, at, [whole[at] ^ flip]), 'flipped.mmdb');
        if (!result.ok) expect(result.problems).toHaveLength(1);
      }
    }
  });

  test('the embedded database cut short at many lengths', () => {
    const bytes = readFileSync(EMBEDDED);
    for (let part = 0; part < 40; part++) {
      expect(readDatabase(bytes.subarray(0, Math.floor((bytes.length * part) / 40)), EMBEDDED).ok).toBe(false);
    }
    for (let missing = 1; missing < 200; missing += 7) {
      const result = readDatabase(bytes.subarray(0, bytes.length - missing), EMBEDDED);
      // The last entries of the metadata are not needed: without them the file still reads as a whole, or not at all.
      if (!result.ok) continue;
      expect(result.value.places.length).toBeGreaterThan(200);
      expect(result.value.builtAt.getTime()).toBeGreaterThan(0);
    }
  });

  test('a file that is not there', async () => {
    const result = await loadDatabase('/nonexistent/country.mmdb');
    expect(result.ok ? [] : result.problems.map(({ code }) => code)).toEqual(['unreadable-file']);
  });
});

describe("MaxMind's test files", () => {
  test.each<[file: string, address: string, place: object, depth: number]>([
    ['GeoIP2-City-Test.mmdb', '81.2.69.142', { country: 'GB', city: 'London', latitude: 51.5142 }, 31],
    ['GeoIP2-City-Test.mmdb', '216.160.83.56', { country: 'US', subdivision: 'US-WA', city: 'Milton' }, 29],
    ['GeoLite2-City-Test.mmdb', '89.160.20.112', { country: 'SE', city: 'Linköping', continent: 'EU' }, 28],
    ['GeoLite2-Country-Test.mmdb', '2001:218::1', { country: 'JP', continent: 'AS' }, 32],
    ['GeoLite2-ASN-Test.mmdb', '1.128.0.0', { asn: 1221 }, 11],
    ['knot-db.mmdb', '127.255.1.0', { country: 'AD' }, 24],
    ['pdns-GeoLiteCity.mmdb', '1.1.1.1', { country: 'AU', city: 'Research', asn: 4242 }, 24],
    ['FakeCountry.mmdb', '8.8.8.8', { country: 'US', continent: 'NA' }, 1],
  ])('%s: %s', async (name, address, place, depth) => {
    const file = sharedFile('mmdb', name);
    if (file === undefined) return;
    const [found, foundDepth] = placeOf(loaded(await loadDatabase(file)), address);
    expect(found).toMatchObject(place);
    expect(foundDepth).toBe(depth);
  });

  test.each([
    ['GeoIP2-City-Test-Broken-Double-Format.mmdb', 'bad-database', /latitude/],
    ['GeoIP2-City-Test-Invalid-Node-Count.mmdb', 'bad-database', /node count of 100000/],
    ['MaxMind-DB-test-broken-pointers-24.mmdb', 'bad-database', /cannot be decoded/],
    ['MaxMind-DB-test-broken-search-tree-24.mmdb', 'bad-database', /cycle/],
    ['MaxMind-DB-no-ipv4-search-tree.mmdb', 'unusable-database', /no place/],
    ['MaxMind-DB-test-decoder.mmdb', 'unusable-database', /no place/],
  ])('%s is refused', async (name, code, found) => {
    const file = sharedFile('mmdb', name);
    if (file === undefined) return;
    const result = await loadDatabase(file);
    expect(result.ok ? [] : result.problems).toEqual([
      { code, file, found: expect.stringMatching(found), expected: expect.any(String) },
    ]);
  });

  test('every country in the networks of knot-db', async () => {
    const [cases, file] = [sharedFile('cases', 'geo_cases_thirdparty.json'), sharedFile('mmdb', 'knot-db.mmdb')];
    if (cases === undefined || file === undefined) return;
    const database = loaded(await loadDatabase(file));
    const { knot_geoip: rows } = JSON.parse(readFileSync(cases, 'utf8'));
    expect(rows.length).toBeGreaterThan(200);
    for (const { ip, country, prefixlen } of rows) {
      const [place, depth] = placeOf(database, ip);
      expect([ip, place.country]).toEqual([ip, country]);
      expect(depth).toBeGreaterThanOrEqual(0);
      expect(prefixlen).toBeGreaterThanOrEqual(depth);
    }
  });
});

test('the embedded database has its places in a few hundred thousand nodes', async () => {
  const { trie, places } = await embedded();
  expect(places.length).toBeGreaterThan(240);
  expect(trie.nodes.length / 2).toBeLessThan(600_000);
});

function patched(bytes: Buffer, at: number, octets: readonly number[]): Buffer {
  const copy = Buffer.from(bytes);
  copy.set(octets, at);
  return copy;
}
