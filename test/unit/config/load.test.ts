import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Config } from '../../../src/config/config.ts';
import { loadConfig } from '../../../src/config/load.ts';
import { formatHostPort } from '../../../src/net/address.ts';
import { formatPrefix } from '../../../src/net/prefix.ts';
import { folderWith } from './folder.ts';

const ZONE = '@ 60 SOA ns admin 1 2 3 4 5\n@ 60 NS ns.example.net.\n';
const ZONES = 'zones: { example.com: { file: example.zone } }\n';

async function config(text: string, files: Readonly<Record<string, string>> = {}): Promise<Config> {
  const folder = folderWith({ 'aya.yaml': text, 'example.zone': ZONE, ...files });
  const loaded = await loadConfig(join(folder, 'aya.yaml'));
  return loaded.ok ? loaded.config : expect.fail(JSON.stringify(loaded.problems, undefined, 2));
}

async function codes(text: string, files: Readonly<Record<string, string>> = {}): Promise<string[]> {
  const loaded = await loadConfig(join(folderWith({ 'aya.yaml': text, 'example.zone': ZONE, ...files }), 'aya.yaml'));
  return (loaded.ok ? loaded.warnings : loaded.problems).map(({ code }) => code);
}

const SERVICE = (keys: string) =>
  `regions: { eu: {}, us: {} }\npolicies: { p: [weighted] }\nservices: { s: { policy: p, endpoints: { eu: { a: 192.0.2.1 } }, ${keys} } }\n${ZONES}`;

describe('what is left out', () => {
  it('of the server listens everywhere, with a thread for each core', async () => {
    const { server } = await config(ZONES);
    expect(server.listen.map(formatHostPort)).toEqual(['0.0.0.0:53', '[::]:53']);
    expect(server.workers).toBeGreaterThanOrEqual(1);
  });

  it('of everything but the zones is empty', async () => {
    const { geo, regions, probes, services } = await config(ZONES);
    expect([geo.databases, ...geo.networks, ...regions, ...probes, ...services]).toEqual([[]]);
  });

  it('of a service has its defaults', async () => {
    const { services } = await config(SERVICE(''));
    expect(services.get('s')).toMatchObject({
      ttlSeconds: 30,
      answers: undefined,
      whenAllDown: { kind: 'all' },
      probe: undefined,
    });
  });
});

describe('what may be written in several ways', () => {
  it.each([
    ['127.0.0.1', '127.0.0.1:53'],
    ['"::1"', '[::1]:53'],
    ['"[::1]"', '[::1]:53'],
    ['"[::1]:5300"', '[::1]:5300'],
    ['127.0.0.1:5300', '127.0.0.1:5300'],
  ])('listen: %s', async (written, address) => {
    const { server } = await config(`server: { listen: ${written} }\n${ZONES}`);
    expect(server.listen.map(formatHostPort)).toEqual([address]);
  });

  it.each([
    ['ttl: 90', 90],
    ['ttl: 1m30s', 90],
    ['ttl: 0s', 0],
    ['ttl: 2147483647s', 2_147_483_647],
  ])('%s', async (key, ttlSeconds) => {
    expect((await config(SERVICE(key))).services.get('s')).toMatchObject({ ttlSeconds });
  });

  it('a network by itself is a list of one', async () => {
    const { geo } = await config(
      `geo: { networks: { a: 192.0.2.0/24, b: ["2001:db8::/32", 192.0.2.128/25] } }\n${ZONES}`,
    );
    expect([...geo.networks.values()].flat().map(formatPrefix)).toEqual([
      '192.0.2.0/24',
      '2001:db8::/32',
      '192.0.2.128/25',
    ]);
  });

  it.each(['workers: 3', 'workers: 0x3'])('%s', async (key) => {
    expect((await config(`server: { ${key} }\n${ZONES}`)).server.workers).toBe(3);
  });
});

describe('whenAllDown', () => {
  const services = (...chain: [string, string][]) =>
    `regions: { eu: {} }\npolicies: { p: [weighted] }\nservices:\n${chain
      .map(([name, next]) => `  ${name}: { policy: p, whenAllDown: ${next}, endpoints: { eu: { a: 192.0.2.1 } } }\n`)
      .join('')}${ZONES}`;

  it('names another service', async () => {
    const loaded = await config(services(['a', 'b'], ['b', 'none']));
    expect(loaded.services.get('a')?.whenAllDown).toEqual({ kind: 'service', service: 'b', breaksFence: false });
    expect(loaded.services.get('b')?.whenAllDown).toEqual({ kind: 'none' });
  });

  it.each<[string, [string, string][], number]>([
    ['itself', [['a', 'a']], 1],
    [
      'a loop of three',
      [
        ['a', 'b'],
        ['b', 'c'],
        ['c', 'a'],
      ],
      1,
    ],
    [
      'into a loop',
      [
        ['a', 'b'],
        ['b', 'c'],
        ['c', 'b'],
      ],
      1,
    ],
    [
      'two loops',
      [
        ['a', 'b'],
        ['b', 'a'],
        ['c', 'd'],
        ['d', 'c'],
      ],
      2,
    ],
    [
      'a chain',
      [
        ['a', 'b'],
        ['b', 'c'],
        ['c', 'all'],
      ],
      0,
    ],
  ])('leads to %s', async (_name, chain, loops) => {
    expect((await codes(services(...chain))).filter((code) => code === 'service-loop')).toHaveLength(loops);
  });
});

describe('files', () => {
  it('are looked for beside the configuration first, then in the current directory', async () => {
    const beside = await config(`geo: { databases: package.json }\n${ZONES}`, { 'package.json': '' });
    expect(beside.geo.databases).toEqual([join(beside.file, '../package.json')]);
    const current = await config(`geo: { databases: [package.json] }\n${ZONES}`);
    expect(current.geo.databases).toEqual([resolve('package.json')]);
  });

  it('are all named, and so are places where one would come first', async () => {
    const zone = `${ZONE}$INCLUDE more/hosts.zone\n`;
    const loaded = await config(`geo: { databases: package.json }\n${ZONES}`, {
      'example.zone': zone,
      'more/hosts.zone': 'a 60 A 192.0.2.1\n',
    });
    const beside = (path: string) => join(loaded.file, '..', path);
    expect(new Set(loaded.files)).toEqual(
      new Set([
        loaded.file,
        beside('package.json'),
        resolve('package.json'),
        beside('example.zone'),
        beside('more/hosts.zone'),
      ]),
    );
  });

  it('that include others have the mistakes told in the file they are in', async () => {
    const files = {
      'example.zone': `${ZONE}$INCLUDE hosts.zone\n`,
      'hosts.zone': '\na 60 A 192.0.2.256\nb SERVICE nobody\n',
    };
    const folder = folderWith({ 'aya.yaml': ZONES, ...files });
    const loaded = await loadConfig(join(folder, 'aya.yaml'));
    expect(loaded.ok ? [] : loaded.problems).toMatchObject([
      { code: 'bad-rdata', file: join(folder, 'hosts.zone'), line: 2 },
      { code: 'undefined-service', file: join(folder, 'hosts.zone'), line: 3, column: 11 },
    ]);
  });

  it.each([
    ['that is not there', 'nowhere.yaml', 'no-such-file'],
    ['that is a folder', 'folder', 'not-readable'],
    ['in what is no folder', 'aya.yaml/inside', 'no-such-file'],
    ['whose name cannot be one', 'a\0b', 'not-readable'],
    ['that is not UTF-8', 'latin1.yaml', 'not-readable'],
    ['that is empty', 'empty.yaml', 'wrong-type'],
  ])('%s', async (_name, path, code) => {
    const folder = folderWith({ 'aya.yaml': ZONES, 'latin1.yaml': Uint8Array.of(0x61, 0xe9), 'empty.yaml': '' });
    mkdirSync(join(folder, 'folder'));
    const loaded = await loadConfig(join(folder, path));
    expect(loaded).toMatchObject({ ok: false, problems: [{ code }], files: [join(folder, path)] });
  });

  it('may begin with a byte order mark, which is no character of the first line', async () => {
    expect((await config(`\ufeff${ZONES}`)).zones).toHaveLength(1);
    const loaded = await loadConfig(join(folderWith({ 'aya.yaml': `\ufeff{ treads: 4, ${ZONES} }` }), 'aya.yaml'));
    expect(loaded.ok ? [] : loaded.problems).toContainEqual(expect.objectContaining({ line: 1, column: 3 }));
  });
});

describe('mistakes of different kinds do not hide each other', () => {
  it.each([
    [
      'a wrong type beside an undefined region',
      SERVICE('answers: many').replace('eu: { a:', 'mars: { a:'),
      ['undefined-region', 'wrong-type'],
    ],
    [
      'a broken zone beside an undefined service in it',
      'zones: { e.com: { records: "@ 60 NS a\\nwww SERVICE nobody" } }',
      ['missing-soa', 'undefined-service'],
    ],
    [
      'a wrong probe beside an undefined one',
      `probes: { a: 5 }\n${SERVICE('probe: b')}`,
      ['wrong-type', 'undefined-probe'],
    ],
    [
      'a bad name beside a mistake under it',
      `regions: { _a: { location: here } }\n${ZONES}`,
      ['bad-name', 'wrong-type'],
    ],
    [
      'an unknown key beside a lack of addresses',
      SERVICE('').replace('a: 192', 'addr: 192'),
      ['endpoint-without-address', 'unknown-key'],
    ],
  ])('%s', async (_name, text, expected) => {
    expect((await codes(text)).sort()).toEqual([...expected].sort());
  });
});
