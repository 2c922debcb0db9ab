import { cpSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { describe, expect, it } from 'vitest';
import { CHECK_USAGE, runCheck } from '../../../src/cli/check.ts';
import { folderWith } from '../config/folder.ts';

async function check(...argv: string[]): Promise<{ status: number; out: string[]; err: string[] }> {
  const out: string[] = [];
  const err: string[] = [];
  const status = await runCheck(argv, { out: (line) => out.push(line), err: (line) => err.push(line) });
  return { status, out, err };
}

const ZONES = `zones:
  example.com:
    records: |
      @ 60 SOA ns admin 1 2 3 4 5
      @ 60 NS ns.example.net.
      www SERVICE web
`;

const WORLD = `regions: { eu: {}, us: {} }
policies: { split: [weighted] }
services: { web: { policy: split, endpoints: { eu: { a: [192.0.2.1, 192.0.2.2] }, us: { aaaa: "2001:db8::1" } } } }
${ZONES}`;

describe('aya check', () => {
  it('says what there is in a good file, and exits with 0', async () => {
    const file = join(folderWith({ 'aya.yaml': WORLD }), 'aya.yaml');
    const summary = `${file}: ok: 2 regions, 1 service (3 addresses), 1 zone (2 names)`;
    expect(await check(file)).toEqual({ status: 0, out: [summary], err: [] });
  });

  it('marks warnings, which change nothing', async () => {
    const file = join(folderWith({ 'aya.yaml': `probes: { spare: { tcp: { port: 25 } } }\n${WORLD}` }), 'aya.yaml');
    const { status, out } = await check(file);
    expect(status).toBe(0);
    expect(out).toHaveLength(2);
    expect(out[0]).toBe(
      `${file}:1:11: warning: unused-probe: found 'spare', expected a service, region or probe that names it`,
    );
  });

  it('prints every mistake and their number, and exits with 1', async () => {
    const file = join(folderWith({ 'aya.yaml': WORLD.replace('policy: split', 'polcy: split') }), 'aya.yaml');
    expect(await check(file)).toEqual({
      status: 1,
      out: [
        `${file}:3:13: missing-key: found nothing, expected policy: the name of a policy`,
        `${file}:3:20: unknown-key: found 'polcy', expected policy`,
        `${file}: 2 problems`,
      ],
      err: [],
    });
  });

  it('names files below the current directory as seen from there', async () => {
    const { status, out } = await check(relative('.', join('test', 'unit', 'config', 'mistakes.yaml')));
    expect(status).toBe(1);
    expect(out[0]).toMatch(/^test\/unit\/config\/mistakes\.yaml:2:28: duplicate-listen: /);
    expect(out.at(-1)).toBe('test/unit/config/mistakes.yaml: 49 problems');
  });

  it('reads the databases, too', async () => {
    const folder = folderWith({ 'aya.yaml': `geo: { databases: a.mmdb }\n${WORLD}`, 'a.mmdb': 'no database' });
    const { status, out } = await check(join(folder, 'aya.yaml'));
    expect(status).toBe(1);
    expect(out[0]).toMatch(new RegExp(`^${join(folder, 'a.mmdb')}: bad-database: `));
  });

  it.each([[[]], [['a', 'b']], [['--all']]])('tells how it is used when called with %j', async (argv) => {
    expect(await check(...argv)).toEqual({ status: 2, out: [], err: [CHECK_USAGE] });
  });
});

describe('the configurations that come with Aya', () => {
  const DATABASE = 'node_modules/@ip-location-db/geo-whois-asn-country-mmdb/geo-whois-asn-country.mmdb';

  it.each(['minimal.yaml', 'full.yaml'])('%s has neither mistake nor warning', async (name) => {
    const folder = folderWith({});
    cpSync('config', folder, { recursive: true });
    cpSync(DATABASE, join(folder, 'geodb/country.mmdb'));
    const { status, out } = await check(join(folder, name));
    expect({ status, lines: out.length }, out.join('\n')).toEqual({ status: 0, lines: 1 });
  });

  it('are refused once they are broken', async () => {
    const folder = folderWith({});
    cpSync('config', folder, { recursive: true });
    writeFileSync(join(folder, 'zones/example.com.zone'), '');
    expect((await check(join(folder, 'full.yaml'))).out.join('\n')).toContain('missing-soa');
  });
});
