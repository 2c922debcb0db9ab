import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadConfig } from '../../../../src/config/load.ts';
import { configSchema } from '../../../../src/config/schema/schema.ts';
import { folderWith } from '../folder.ts';

/** The problems of one line of YAML, as `column code found => expected`, without those of its being a fragment. */
async function mistakes(text: string, ...codes: string[]): Promise<string[]> {
  const loaded = await loadConfig(join(folderWith({ 'aya.yaml': text }), 'aya.yaml'));
  if (loaded.ok) return [];
  return loaded.problems
    .filter(({ code }) => codes.length === 0 || codes.includes(code))
    .filter(({ code, expected }) => code !== 'missing-key' || !/^(zones|policy|endpoints):/.test(expected))
    .map(({ column, code, found, expected }) => `${column} ${code} ${found} => ${expected}`);
}

const LOCATION = '[latitude, longitude] in degrees, north and east positive';
const LISTEN = 'an address and a port, such as 127.0.0.1:5300 or "[::1]:5300"';
const NAME = 'a domain name such as lb.example.net';
const NO_REGION = "33 undefined-region 'e' => a region that regions defines; or region: with the region it is in";
const DURATION = 'a duration such as 5s or 500ms';
const STEPS =
  '{ fence: ... }, { canary: ... }, { map: ... }, nearest, fastest, { ordered: ... }, { limit: ... }, weighted, sticky, rotate, { when: ... }';
const STEP = `a step: one of ${STEPS}`;
const REGION = 'a region: { location: [latitude, longitude], tags: [...] }';

const ROWS: readonly (readonly [string, ...string[]])[] = [
  // The value as a whole
  ['{ server: 5 }', "11 wrong-type '5' => a mapping"],
  ['{ server: }', '3 wrong-type nothing => a mapping'],
  ['{ regions: [a] }', '12 wrong-type [a] => regions by name'],
  ['{ regions: { a: 1 } }', `17 wrong-type '1' => ${REGION}`],
  ['{ regions: { a: } }', `14 wrong-type nothing => ${REGION}`],
  ['{ regions: { a: { locatoin: [1, 2] } } }', "19 unknown-key 'locatoin' => location"],
  [
    '{ constructor: {} }',
    `3 unknown-key 'constructor' => one of ${Object.keys(configSchema.shape).slice(0, 12).join(', ')}, ... (${Object.keys(configSchema.shape).length})`,
  ],
  ['{ regions: { __proto__: {} } }', "14 unknown-key '__proto__' => another name"],
  // Lists and tuples
  ['{ regions: { a: { location: [1] } } }', `29 bad-value [1] => ${LOCATION}`],
  ['{ regions: { a: { location: [1, 2, 3] } } }', `29 bad-value [1, 2, 3] => ${LOCATION}`],
  ['{ regions: { a: { location: 5 } } }', `29 wrong-type '5' => ${LOCATION}`],
  [
    '{ regions: { a: { location: [.nan, .inf] } } }',
    "30 wrong-type '.nan' => a latitude from -90 to 90",
    "36 wrong-type '.inf' => a longitude from -180 to 180",
  ],
  [
    '{ regions: { a: { location: ["1", -181] } } }',
    '30 wrong-type "1" => a latitude from -90 to 90',
    "35 bad-value '-181' => a longitude from -180 to 180",
  ],
  ['{ regions: { a: { tags: [1] } } }', "26 wrong-type '1' => text"],
  // One value or a list
  ['{ server: { listen: [] } }', '21 bad-value [] => an address and a port, or a list of at least one'],
  ['{ server: { listen: {} } }', '21 wrong-type {} => an address and a port, or a list'],
  ['{ server: { listen: nowhere } }', `21 bad-address 'nowhere' => ${LISTEN}`],
  ['{ server: { listen: [127.0.0.1, 53] } }', `33 wrong-type '53' => ${LISTEN}`],
  ['{ server: { listen: 127.0.0.1:0 } }', `21 bad-address '127.0.0.1:0' => ${LISTEN} (a port from 1 to 65535)`],
  ['{ server: { listen: "[::1]:65536" } }', `21 bad-address "[::1]:65536" => ${LISTEN} (a port from 1 to 65535)`],
  ['{ server: { listen: localhost:53 } }', `21 bad-address 'localhost:53' => ${LISTEN} (an address, not a name)`],
  ['{ server: { listen: "*:53" } }', `21 bad-address "*:53" => ${LISTEN}; every address is 0.0.0.0:53 and "[::]:53"`],
  ['{ admin: { listen: "fe80::1%lo" } }', `20 bad-address "fe80::1%lo" => ${LISTEN} (without a zone, %...)`],
  ['{ admin: { overrides: [] } }', '23 wrong-type [] => the path of a file'],
  ['{ geo: { databases: 5 } }', "21 wrong-type '5' => the path of an .mmdb file, or a list"],
  ['{ geo: { networks: { a: [] } } }', '25 bad-value [] => a network such as 192.0.2.0/24, or a list of at least one'],
  // Names
  [
    '{ services: { s: { endpoints: { e: { cname: 192.0.2.1 } } } } }',
    NO_REGION,
    `45 bad-name '192.0.2.1' => ${NAME} (an address belongs under a or aaaa)`,
  ],
  [
    '{ services: { s: { endpoints: { e: { cname: "." } } } } }',
    NO_REGION,
    `45 bad-name "." => ${NAME} (the root has no addresses)`,
  ],
  [
    '{ services: { s: { endpoints: { e: { cname: a..b } } } } }',
    NO_REGION,
    `45 bad-name 'a..b' => ${NAME} (a label is empty)`,
  ],
  ['{ services: { s: { endpoints: { e: { cname: [a] } } } } }', NO_REGION, `45 wrong-type [a] => ${NAME}`],
  ['{ server: { resolvers: dns.example.net } }', `24 bad-address 'dns.example.net' => ${LISTEN}`],
  // A word or a number
  ['{ server: { workers: all } }', "22 bad-value 'all' => auto, or a whole number from 1 to 256"],
  ['{ server: { workers: 1.5 } }', "22 bad-value '1.5' => auto, or a whole number from 1 to 256"],
  ['{ server: { workers: 257 } }', "22 bad-value '257' => a whole number from 1 to 256"],
  // Durations
  ['{ services: { s: { ttl: fast } } }', `25 bad-duration 'fast' => ${DURATION}`],
  ['{ services: { s: { ttl: [1] } } }', `25 bad-duration [1] => ${DURATION}`],
  ['{ services: { s: { ttl: -1 } } }', "25 bad-duration '-1' => a duration from 0s to 2147483647s"],
  ['{ services: { s: { ttl: 0.5 } } }', "25 bad-duration '0.5' => a duration of whole seconds"],
  ['{ services: { s: { ttl: 2147483648s } } }', "25 bad-duration '2147483648s' => a duration from 0s to 2147483647s"],
  // Steps
  ['{ policies: { p: [] } }', '18 bad-value [] => at least one step'],
  ['{ policies: { p: nearest } }', `18 wrong-type 'nearest' => a list of steps: ${STEPS}`],
  ['{ policies: { p: [5] } }', `19 wrong-type '5' => ${STEP}`],
  ['{ policies: { p: [map] } }', "19 bad-value 'map' => { map: ... } with its settings"],
  ['{ policies: { p: [constructor] } }', `19 unknown-step 'constructor' => ${STEP}`],
  ['{ policies: { p: [{ nearest: { by: car } }] } }', "32 unknown-key 'by' => one of bias, within"],
  [
    '{ policies: { p: [{ ordered: [], wheighted: {} }] } }',
    '30 bad-value [] => at least one region',
    "34 unknown-step 'wheighted' => weighted",
  ],
  [
    '{ policies: { p: [{ map: [{ to: [], form: {} }] }] } }',
    '33 bad-value [] => at least one region',
    "37 unknown-key 'form' => from",
  ],
  [
    '{ policies: { p: [{ map: [{ from: { asn: many } }] }] } }',
    '27 missing-key nothing => to: a list of regions, the preferred one first',
    "42 wrong-type 'many' => the number of an autonomous system, such as 64500, or a list",
  ],
  // Probes
  [
    '{ probes: { p: { tcp: { port: 443 }, http: {} } } }',
    '16 bad-probe-kind { tcp: { port: 443 }, http: {} } => exactly one of http, https, tcp, tls, icmp, dns, grpc, exec, push, file, all, any, atLeast',
  ],
  ['{ probes: { p: { tcp: {} } } }', '18 missing-key nothing => port: a port from 1 to 65535'],
];

describe('what is found and what would be right', () => {
  it.each(ROWS)('%s', async (text, ...expected) => {
    const relevant = (await mistakes(text)).filter((line) => !/^\d+ bad-value \S+ => exactly one of file/.test(line));
    expect(relevant).toEqual(expected);
  });
});

describe('addresses of the wrong family', () => {
  it.each([
    ['{ a: "2001:db8::1" }', 'an IPv4 address such as 192.0.2.10 (this one belongs under aaaa)'],
    ['{ aaaa: 192.0.2.1 }', 'an IPv6 address such as 2001:db8::10 (this one belongs under a)'],
    ['{ a: 192.0.2.01 }', 'an IPv4 address such as 192.0.2.10'],
    ['{ aaaa: "fe80::1%eth0" }', 'an IPv6 address such as 2001:db8::10'],
  ])('%s', async (endpoint, expected) => {
    const found = await mistakes(`services: { s: { endpoints: { e: ${endpoint} } } }`, 'bad-address');
    expect(found.map((line) => line.split(' => ')[1])).toEqual([expected]);
  });
});

describe('what is quoted', () => {
  it.each([
    [`workers: ${'x'.repeat(100)}`, `'${'x'.repeat(57)}...'`],
    [`workers: "${'x'.repeat(100)}"`, `"${'x'.repeat(56)}..."`],
    ['workers: "a\\e[31m"', '"a\\e[31m"'],
    ['workers: a\u0085\u202eb', "'a??b'"],
    ['workers: |\n    two\n    lines\n', "'| two lines'"],
    ['workers:\n    a: 1', 'a mapping'],
    ['workers:\n    - 1', 'a list'],
    ['workers: ~', "'~'"],
  ])('of %j is %s', async (line, found) => {
    const text = `zones: {}\nserver:\n  ${line}`;
    const quoted = (await mistakes(text)).map((problem) => /^\d+ \S+ (.*) => auto/s.exec(problem)?.[1]);
    expect(quoted).toContain(found);
  });
});
