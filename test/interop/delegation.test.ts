import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { describeWith } from '../support/programs.ts';
import { checkDelegation } from './delegation.ts';
import { dig } from './dig.ts';
import { testFromTheTop } from './from-the-top.ts';
import { startNamed } from './named.ts';
import { plant, type Tree } from './tree.ts';
import type { Resolver } from './unbound.ts';

/** What a second server may have otherwise, by zone, and how the check says so. */
const FAULTS: Readonly<Record<string, readonly [change: (records: string) => string, said: RegExp]>> = {
  serial: [(records) => records.replace(' 7 ', ' 8 '), /^all servers agree on the serial$/],
  ns: [(records) => records.replace('NS ns2', 'NS ns3'), /^ns2\..* has the NS records that the parent has$/],
  glue: [(records) => records.replace('.3.2', '.3.9'), /^ns2\..* has the addresses that are glue$/],
  data: [(records) => records.replace('CNAME www', 'CNAME mail'), /^all servers agree on alias/],
};

describe('a delegation to two Ayas', () => {
  let tree: Tree;
  beforeAll(async () => {
    const faults = Object.fromEntries(Object.entries(FAULTS).map(([name, [change]]) => [name, change]));
    tree = await plant({ octet: 51, faults, lame: ['lame'], records: 'open NS ns.open\nns.open A 127.0.0.1' });
  });
  afterAll(() => tree?.[Symbol.asyncDispose]());

  /** The rows that do not hold, for a zone below test. */
  async function wrongRows(name: string): Promise<readonly string[]> {
    const zone = `${name}.test`;
    const questions = ['www', 'mail', 'alias'].map((label) => ({ name: `${label}.${zone}` }));
    const rows = await checkDelegation({ zone, parent: tree.tld, port: tree.port, questions });
    expect(rows).toHaveLength(3 + 2 * 8 + 1 + questions.length);
    return rows.filter(({ isRight }) => !isRight).map(({ what }) => what);
  }

  test('holds in every row', async () => {
    expect(await wrongRows('shop')).toEqual([]);
  });

  test('holds one level up, but for a second server', async () => {
    const rows = await checkDelegation({ zone: 'test', parent: tree.root, port: tree.port });
    expect(rows.filter(({ isRight }) => !isRight)).toEqual([
      { what: 'there are two name servers at least', isRight: false, found: 'ns.nic.test' },
    ]);
  });

  test.each(Object.entries(FAULTS))('is found out where the second server has another %s', async (name, [, said]) => {
    expect(await wrongRows(name)).toEqual([expect.stringMatching(said)]);
  });

  test('is found out where neither has the zone', async () => {
    const wrong = (await wrongRows('lame')).map((what) => what.replace(/^ns\S+ \S+ /, ''));
    expect([...new Set(wrong)]).toEqual([
      'answers with authority over UDP',
      'answers with authority over TCP',
      'has the NS records that the parent has',
      'has the addresses that are glue',
      'speaks EDNS',
      'all servers agree on the serial',
    ]);
  });

  describeWith(['named'], 'and one to named', () => {
    test('is found out where it recurses, and hands out its zone', async () => {
      await using server = await startNamed({
        port: tree.port,
        serversPort: tree.port,
        options: ['recursion yes', 'allow-recursion { any; }', 'allow-transfer { any; }'],
        clauses: ['zone "." { type hint; file "hints"; };', 'zone "open.test" { type primary; file "open"; };'],
        files: { hints: tree.hints, open: OPEN_ZONE },
      });
      expect(server.port).toBe(tree.port);
      const rows = await checkDelegation({ zone: 'open.test', parent: tree.tld, port: tree.port });
      expect(rows.filter(({ isRight }) => !isRight).map(({ what }) => what)).toEqual([
        'there are two name servers at least',
        'ns.open.test 127.0.0.1: offers no recursion',
        'ns.open.test 127.0.0.1: hands out no zone',
      ]);
    });
  });
});

/** A server that does for everyone what an authority should not. */
const OPEN_ZONE = '@ 300 SOA ns root 1 1h 1h 1h 1h\n@ 300 NS ns\nns 300 A 127.0.0.1\n';

describeWith(['named', 'dig'], 'named with Aya as the root, the top level and the zone', () => {
  let tree: Tree;
  let resolver: Resolver;
  beforeAll(async () => {
    tree = await plant({ octet: 57 });
    const clauses = ['zone "." { type hint; file "hints"; };'];
    const options = ['qname-minimization strict'];
    resolver = await startNamed({ serversPort: tree.port, options, clauses, files: { hints: tree.hints } });
  });
  afterAll(async () => {
    await resolver?.[Symbol.asyncDispose]();
    await tree?.[Symbol.asyncDispose]();
  });

  testFromTheTop(() => resolver);

  test('one of two servers is enough', async () => {
    tree.servers[0].signal('SIGKILL');
    await tree.servers[0].exited;
    const dug = await dig(resolver, 'www.shop.test AAAA +tries=3');
    expect(dug, dug.text).toMatchObject({ status: 'NOERROR' });
  });
});
