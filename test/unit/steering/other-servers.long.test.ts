import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type GeoMap, locate } from '../../../src/geo/geomap.ts';
import { type GeoDatabase, readDatabase } from '../../../src/geo/mmdb.ts';
import { embeddedForm } from '../../../src/net/embedded.ts';
import { contains, formatPrefix, type Prefix, prefixOf } from '../../../src/net/prefix.ts';
import { configOf, mapOf, type SteeredDocument } from '../../support/steered-config.ts';
import { addressOf, SteeredWorld } from '../../support/steered-world.ts';

// Maps and cases of gdnsd, PowerDNS and Knot, which are not part of this repository; where they are not at hand the small
// ones below stand for them. What differs by design is argued in docs/steering.md.
const DATA = resolve(import.meta.dirname, '../../../../shared/data');
const CASES = resolve(DATA, 'cases/geo_cases_thirdparty.json');

/** A map of gdnsd: who is sent to which datacenters, in their order; to no others. */
interface Mapped {
  readonly datacenters: readonly string[];
  /** The text of its section `map`; null: none. */
  readonly map: string | null;
  readonly nets: readonly (readonly [network: string, datacenters: readonly string[]])[];
}

interface MapCase extends Mapped {
  readonly origin: string;
  readonly db: string | null;
  readonly db_available: boolean;
  readonly ip: string;
  readonly expect_order: readonly string[];
  readonly expect_scope: number;
}

const addressOfDatacenter = (index: number): string => `192.0.2.${index + 1}`;

/** The same map as a configuration of ours: `map` orders, and `fence` keeps out what a list leaves out. */
function documentOf({ datacenters, map, nets }: Mapped): SteeredDocument {
  const networks = networksOf(nets);
  const names = networks.map((_, index) => `net${index}`);
  const ofNetworks = networks.map(({ to, prefixes }, index) => {
    const inner = networks.flatMap((other, number) =>
      number !== index && other.prefixes.some((one) => prefixes.some((outer) => isInside(one, outer)))
        ? [names[number]]
        : [],
    );
    return { from: { network: names[index] }, isolated: { network: names[index], ...not(inner) }, to };
  });
  const ofPlaces = placesOf(map ?? '').map(({ from, to }) => ({ from, isolated: { ...from, ...not(names) }, to }));
  const rows = [...ofNetworks, ...ofPlaces];
  const fences = rows
    .filter(({ to }) => to.length < datacenters.length)
    .map(({ isolated, to }) => ({ fence: { from: isolated, to } }));
  return {
    geo: {
      networks: Object.fromEntries(networks.map(({ prefixes }, index) => [names[index], prefixes.map(formatPrefix)])),
    },
    regions: Object.fromEntries(datacenters.map((name) => [name, {}])),
    policies: { map: [...fences, { map: [...rows.map(({ from, to }) => ({ from, to })), { to: datacenters }] }] },
    services: {
      web: {
        policy: 'map',
        answers: datacenters.length,
        endpoints: Object.fromEntries(datacenters.map((name, index) => [name, { a: addressOfDatacenter(index) }])),
      },
    },
  };
}

const not = (networks: readonly string[]) => (networks.length === 0 ? {} : { not: { network: networks } });

const isInside = (inner: Prefix, outer: Prefix): boolean =>
  inner.length > outer.length && inner.address.family === outer.address.family && contains(outer, inner.address);

/** Of the same network the last one holds. ::/0 is all there is, and ::192.0.2.0/120 another name for 192.0.2.0/24. */
function networksOf(
  nets: Mapped['nets'],
): readonly { readonly prefixes: readonly Prefix[]; readonly to: readonly string[] }[] {
  const byText = new Map<string, { prefixes: readonly Prefix[]; to: readonly string[] }>();
  for (const [text, to] of nets) {
    const prefix = masked(text);
    if (prefix.length === 0) byText.set('all', { prefixes: [masked('0.0.0.0/0'), masked('::/0')], to });
    else byText.set(formatPrefix(prefix), { prefixes: [prefix], to });
  }
  return [...byText.values()];
}

function masked(text: string): Prefix {
  const [address = '', length = ''] = text.split('/');
  const prefix = prefixOf(addressOf(address), Number(length));
  if (embeddedForm(prefix) !== 'compatible') return prefix;
  return prefixOf({ family: 4, bytes: prefix.address.bytes.slice(12) }, prefix.length - 96);
}

/** `NA => [ dc02, dc01 ], EU => { IE => [ dc01 ] }`, as far as continents and countries go. */
function placesOf(map: string): readonly { readonly from: object; readonly to: readonly string[] }[] {
  const [places = ''] = map.split('nets =>');
  const rows = [...places.matchAll(/(\w+) => \[([^\]]*)\]/g)];
  return rows.map(([, name = '', list = '']) => {
    const code = name.toUpperCase();
    const isContinent = ['AF', 'AN', 'AS', 'EU', 'NA', 'OC', 'SA'].includes(code) && !isNested(places, name);
    return {
      from: isContinent ? { continent: code } : { country: code },
      to: list.split(/[\s,]+/).filter((one) => one !== ''),
    };
  });
}

/** Whether a name stands within the braces of another: then it is a country. */
function isNested(text: string, name: string): boolean {
  const before = text.slice(0, text.indexOf(`${name} =>`));
  return before.split('{').length > before.split('}').length;
}

/** What is asked and how it comes out: the order of datacenters with all up, and the scope. */
function outcomeOf(world: SteeredWorld, datacenters: readonly string[], ip: string) {
  const { addresses, scope } = world.ask('web.example.com. A', ip);
  const indexOf = (address: string): number => Number(address.slice('192.0.2.'.length)) - 1;
  return { order: addresses.map((address) => datacenters[indexOf(address)]), scope };
}

const worlds = new Map<string, SteeredWorld>();

function worldOf(mapped: Mapped, databases: readonly GeoDatabase[] = [], key = ''): SteeredWorld {
  const document = documentOf(mapped);
  const text = key + JSON.stringify(document);
  const known = worlds.get(text);
  if (known !== undefined) return known;
  const config = configOf(document);
  const world = new SteeredWorld(config, mapOf(config, databases));
  worlds.set(text, world);
  return world;
}

const SMALL: Mapped = {
  datacenters: ['one', 'two'],
  map: null,
  nets: [
    ['198.51.100.128/25', ['two']],
    ['10.0.0.0/8', ['two', 'one']],
    ['10.64.0.0/10', ['one', 'two']],
    ['3000::/8', ['one']],
  ],
};

describe('a map by networks', () => {
  test.each<[string, readonly string[], number]>([
    ['198.51.100.200', ['two'], 25],
    ['198.51.100.1', ['one', 'two'], 25],
    ['10.1.2.3', ['two', 'one'], 10],
    ['10.70.0.1', ['one', 'two'], 10],
    ['10.200.0.1', ['two', 'one'], 9],
    ['200.0.0.1', ['one', 'two'], 5],
    ['::ffff:10.1.2.3', ['two', 'one'], 106],
    ['2002:0a01:0203::', ['two', 'one'], 26],
    ['3000::1', ['one'], 8],
    ['3100::1', ['one', 'two'], 8],
  ])('%s: %j, by %i bits', (ip, order, scope) => {
    expect(outcomeOf(worldOf(SMALL), SMALL.datacenters, ip)).toEqual({ order, scope });
  });
});

/** Scopes that are shorter here: all of IPv6 has one answer, and 2001::/32 and 2002::/16 with it. */
const SHORTER: Readonly<Record<string, number>> = {
  't/libgdmaps/t17_extn_empty.c 2600:3c02:FFFF:FFFF:FFFF:FFFF:FFFF:FFFF': 0,
  't/libgdmaps/t18_extn_all.c 2600:3c02:FFFF:FFFF:FFFF:FFFF:FFFF:FFFF': 0,
};

if (!existsSync(CASES)) console.warn(`absent: ${CASES}; its cases are not tried`);

describe.runIf(existsSync(CASES))('what other servers expect of themselves', () => {
  const cases = existsSync(CASES) ? JSON.parse(readFileSync(CASES, 'utf8')) : {};
  // The others need a database that is not at hand.
  const maps: readonly MapCase[] = (cases.gdnsd_maps ?? []).filter((one: MapCase) => one.db_available);

  test.each(maps)('gdnsd: $origin $ip', (one) => {
    const databases = one.db === null ? [] : [databaseOf(one.db)];
    const world = worldOf(one, databases, one.db ?? '');
    expect(outcomeOf(world, one.datacenters, one.ip)).toEqual({
      order: one.expect_order,
      scope: SHORTER[`${one.origin} ${one.ip}`] ?? one.expect_scope,
    });
  });

  test.each([
    // As there; the scope is longer here, because networks that are private, say, are in no country.
    ['192.0.2.1', ['eu', 'na'], 9],
    ['20.0.0.1', ['na', 'sa'], 4],
    // There in America, as the database says; here nowhere, so that the first of all serves.
    ['10.10.0.0', ['na', 'eu', 'ap', 'sa'], 8],
  ])('gdnsd: t/014geoip %s', (ip, order, scope) => {
    const mapped = {
      datacenters: ['na', 'eu', 'ap', 'sa'],
      map: 'NA => [na, sa], EU => [eu, na], AS => [ap, eu]',
      nets: [],
    };
    expect(outcomeOf(worldOf(mapped, [databaseOf('FakeCountry.mmdb')], 'fake'), mapped.datacenters, ip)).toEqual({
      order,
      scope,
    });
  });

  test('PowerDNS: what a client is known by', () => {
    const map = mapOfDatabase('pdns-GeoLiteCity.mmdb');
    const known: Readonly<Record<string, (ip: string) => unknown>> = {
      countryCode: (ip) => placeOf(map, ip).country?.toLowerCase() ?? '--',
      continentCode: (ip) => placeOf(map, ip).continent?.toLowerCase() ?? '--',
      regionCode: (ip) => placeOf(map, ip).subdivision?.split('-')[1]?.toLowerCase() ?? '--',
      latlon: (ip) => `${placeOf(map, ip).latitude?.toFixed(6)} ${placeOf(map, ip).longitude?.toFixed(6)}`,
    };
    const asked = (cases.pdns_lua as readonly LuaCase[]).flatMap(({ lua, ecs, expect: expected }) => {
      const name = /(\w+)\(\)/.exec(lua)?.[1] ?? '';
      return known[name] === undefined ? [] : [[lua, ecs, known[name](ecs.split('/')[0] ?? ''), expected]];
    });
    expect(asked).toHaveLength(10);
    expect(asked.filter(([, , got, expected]) => got !== expected)).toEqual([]);
  });

  test('PowerDNS: who is meant by what', () => {
    const database = databaseOf('pdns-GeoLiteCity.mmdb');
    const asked = (cases.pdns_lua as readonly LuaCase[]).flatMap(({ lua, ecs, expect: expected }) => {
      const [, key = '', value = ''] = /if\((\w+)\('(\w+)'\)\)/.exec(lua) ?? [];
      const from = {
        asnum: { asn: Number(value) },
        country: { country: value },
        region: { subdivision: `US-${value}` },
        continent: { continent: value },
      }[key];
      if (from === undefined) return [];
      const document = yesOrNo(from);
      const config = configOf(document);
      const [address] = new SteeredWorld(config, mapOf(config, [database])).ask('web.example.com. A', ecs).addresses;
      return [[lua, ecs, String(address === '192.0.2.1'), expected]];
    });
    expect(asked).toHaveLength(12);
    expect(asked.filter(([, , got, expected]) => got !== expected)).toEqual([]);
  });

  test('PowerDNS: the closest, also over the antimeridian', () => {
    const map = mapOfDatabase('pdns-GeoLiteCity.mmdb');
    const asked = (cases.pdns_lua as readonly LuaCase[]).flatMap(({ lua, ecs, expect: expected }) => {
      const [, list] = /pickclosest\(\{(.*)\}\)/.exec(lua) ?? [];
      // Of a client in 17.1.0.0/16 nothing is known: there the first serves, here all are equal.
      if (list === undefined || ecs.startsWith('17.')) return [];
      const ips = list.split(',').map((text) => text.replaceAll(/['\s]/g, ''));
      const config = configOf(closestOf(map, ips));
      const { addresses, scope } = new SteeredWorld(config, mapOf(config, [databaseOf('pdns-GeoLiteCity.mmdb')])).ask(
        'web.example.com. A',
        ecs,
      );
      expect(scope).toBeLessThanOrEqual(24); // there it is that of the question
      return [[lua, ecs, addresses[0], expected]];
    });
    expect(asked).toHaveLength(4);
    expect(asked.filter(([, , got, expected]) => got !== expected)).toEqual([]);
  });

  test('Knot: the country of a client, and a scope as long as its network', () => {
    const list = cases.knot_geoip as readonly {
      readonly ip: string;
      readonly country: string;
      readonly prefixlen: number;
    }[];
    const countries = [...new Set(list.map(({ country }) => country))];
    const config = configOf(byCountry(countries));
    const world = new SteeredWorld(config, mapOf(config, [databaseOf('knot-db.mmdb')]));
    const got = list.map(({ ip }) => {
      const { addresses, scope } = world.ask('web.example.com. A', ip);
      return [ip, countries[Number(addresses[0]?.split('.')[3])], scope];
    });
    // Where its neighbour is in the same country the two are one network here.
    const countryOf = new Map(list.map(({ ip, country }) => [Number(ip.split('.')[2]), country]));
    const isAlike = (ip: string, country: string) => countryOf.get(Number(ip.split('.')[2]) ^ 1) === country;
    expect(got).toEqual(
      list.map(({ ip, country, prefixlen }) => [ip, country, isAlike(ip, country) ? prefixlen - 1 : prefixlen]),
    );
    expect(got.filter(([, , scope]) => scope === 23)).toHaveLength(2);
  });
});

/** An expression of PowerDNS's Lua records, and what came of it for a client subnet. */
interface LuaCase {
  readonly lua: string;
  readonly ecs: string;
  readonly expect: string;
}

function yesOrNo(from: object): SteeredDocument {
  return {
    regions: { yes: {}, no: {} },
    policies: { map: [{ map: [{ from, to: ['yes'] }, { to: ['no'] }] }] },
    services: { web: { policy: 'map', endpoints: { yes: { a: '192.0.2.1' }, no: { a: '192.0.2.2' } } } },
  };
}

/** Regions where some addresses are, each of which is its endpoint. */
function closestOf(map: GeoMap, ips: readonly string[]): SteeredDocument {
  const regions = ips.map((ip, index) => {
    const { latitude, longitude } = placeOf(map, ip);
    return [`r${index}`, { location: [latitude, longitude] }] as const;
  });
  return {
    regions: Object.fromEntries(regions),
    policies: { closest: ['nearest'] },
    services: {
      web: { policy: 'closest', endpoints: Object.fromEntries(ips.map((a, index) => [`r${index}`, { a }])) },
    },
  };
}

function byCountry(countries: readonly string[]): SteeredDocument {
  return {
    regions: Object.fromEntries(countries.map((country) => [country, {}])),
    policies: { map: [{ map: countries.map((country) => ({ from: { country }, to: [country] })) }] },
    services: {
      web: {
        policy: 'map',
        endpoints: Object.fromEntries(countries.map((name, index) => [name, { a: `192.0.2.${index}` }])),
      },
    },
  };
}

describe.runIf(existsSync(resolve(DATA, 'mmdb/GeoIP2-City-Test.mmdb')))('a City database in automatic mode', () => {
  const networks = (...policy: unknown[]): number => {
    const endpoints = { us: { a: '192.0.2.1' }, ie: { a: '192.0.2.2' }, sg: { a: '192.0.2.3' } };
    const config = configOf({
      regions: { us: { location: [38.9, -77] }, ie: { location: [53.3, -6.3] }, sg: { location: [1.3, 103.9] } },
      policies: { closest: policy },
      services: { web: { policy: 'closest', answers: 3, endpoints } },
    });
    return new SteeredWorld(config, mapOf(config, [databaseOf('GeoIP2-City-Test.mmdb')])).networksOf('web');
  };

  test('divides into no more networks than with gdnsd, which has 1,433 for three datacenters', () => {
    // There a client of whom no place is known gets them in the order in which they are listed.
    expect(networks('nearest', { ordered: ['us', 'ie', 'sg'] })).toBeLessThanOrEqual(1433);
  });

  test('divides further where such a client is to get them as equals', () => {
    expect(networks('nearest')).toBeGreaterThan(networks('nearest', { ordered: ['us', 'ie', 'sg'] }));
  });
});

const placeOf = (map: GeoMap, ip: string) => locate(map, addressOf(ip)).location;

function mapOfDatabase(name: string): GeoMap {
  return mapOf(configOf(yesOrNo({ country: 'US' })), [databaseOf(name)]);
}

const databases = new Map<string, GeoDatabase>();

function databaseOf(name: string): GeoDatabase {
  const file = resolve(DATA, 'mmdb', name);
  const bytes = existsSync(file)
    ? readFileSync(file)
    : execFileSync('xz', ['-dc', `${file}.xz`], { maxBuffer: 2 ** 26 });
  const database = databases.get(name) ?? readDatabase(bytes, file);
  if ('ok' in database) {
    if (!database.ok) throw new Error(JSON.stringify(database.problems));
    databases.set(name, database.value);
    return database.value;
  }
  return database;
}
