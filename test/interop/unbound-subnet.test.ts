import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { zone } from '../blackbox/zone.ts';
import { type Aya, startAya, until } from '../support/aya.ts';
import { describeWith } from '../support/programs.ts';
import { dig } from './dig.ts';
import { ttlOf } from './resolver.ts';
import { Tap } from './tap.ts';
import { type Resolver, startUnbound, stubZone } from './unbound.ts';

/** Clients by addresses of loopback, and by those that they claim. 127.41 has a /20 of its own inside. */
const WORLD = `
geo:
  networks:
    east: [127.41.0.0/16, 18.0.0.0/8, "2001:db8:e::/48"]
    lab: 127.41.16.0/20
    west: [127.42.0.0/16]
regions: { east: {}, west: {}, lab: {}, rest: {} }
policies:
  by-map:
    - map:
        - { from: { network: east }, to: [east] }
        - { from: { network: lab }, to: [lab] }
        - { from: { network: west }, to: [west] }
        - { to: [rest] }
  split: [weighted]
services:
  web:
    policy: by-map
    ttl: 60s
    endpoints: &endpoints { east: { a: 192.0.2.1 }, west: { a: 192.0.2.2 }, lab: { a: 192.0.2.3 }, rest: { a: 192.0.2.4 } }
  short: { policy: by-map, ttl: 1s, endpoints: *endpoints }
  same: { policy: split, ttl: 60s, endpoints: { east: { a: 192.0.2.9 } } }
${zone(`* SERVICE web
        short SERVICE short
        same SERVICE same
        mail A 192.0.2.25`)}
`;

const EAST = '192.0.2.1';
const WEST = '192.0.2.2';
const LAB = '192.0.2.3';
const REST = '192.0.2.4';

const SUBNETS = ['module-config: "subnetcache iterator"', 'send-client-subnet: 127.0.0.1'];
const LENGTHS = ['client-subnet-always-forward: yes', 'max-client-subnet-ipv4: 24', 'max-client-subnet-ipv6: 56'];

describeWith(['unbound', 'dig'], 'unbound with a cache by subnet in front', () => {
  let aya: Aya;
  let tap: Tap;
  let resolver: Resolver;
  beforeAll(async () => {
    aya = await startAya(WORLD);
    tap = await Tap.open(aya.port);
    const sections = [stubZone('example.com', tap.port)];
    resolver = await startUnbound({ server: [...SUBNETS, ...LENGTHS], sections });
  });
  afterAll(async () => {
    await resolver?.[Symbol.asyncDispose]();
    await tap?.[Symbol.asyncDispose]();
    await aya?.[Symbol.asyncDispose]();
  });

  /** The address of the answer, to a question as dig's arguments have it. */
  async function addressFor(args: string): Promise<string | undefined> {
    const { answer, text } = await dig(resolver, args);
    expect(answer, text).toHaveLength(1);
    return answer[0]?.split(' ').at(-1);
  }

  /** How often Aya was asked for the address of a name, names in between left out. */
  const asked = (name: string) => tap.of(`${name}.example.com`).length;

  test.each([
    ['a client of loopback', '-b 127.41.1.1', EAST],
    ['another one', '-b 127.42.1.1', WEST],
    ['one in a network inside a network', '-b 127.41.17.1', LAB],
    ['one of nowhere', '-b 127.43.1.1', REST],
    ['who claims a subnet', '+subnet=18.7.22.0/24', EAST],
    ['who claims another than its own', '-b 127.42.1.1 +subnet=18.7.23.0/24', EAST],
    ['who claims an IPv6 subnet', '+subnet=2001:db8:e:100::/56', EAST],
    ['who claims an IPv6 subnet of nowhere', '+subnet=2001:db8:f::/56', REST],
    ['who wants none of it used', '-b 127.42.1.1 +subnet=0.0.0.0/0', REST],
  ])('%s gets its region: %s', async (_, args, address) => {
    expect(await addressFor(`regions.example.com ${args}`)).toBe(address);
  });

  test('Aya sees 24 bits of a client and echoes them, with the scope of its answer', async () => {
    await addressFor('echo.example.com -b 127.41.40.77');
    const options = tap.of('echo.example.com').at(-1)?.opt?.options;
    // Family 1, source 24; scope 19: 127.41.0.0/16 without 127.41.16.0/20 is, around .40, 127.41.32.0/19.
    expect(options).toEqual([[8, '000118137f2928']]);
  });

  describe.each([
    ['inside the scope', 'in1', '127.41.129.1', '127.41.200.1', EAST, EAST, 0],
    ['inside the small scope of a network in a network', 'in2', '127.41.16.1', '127.41.31.1', LAB, LAB, 0],
    ['in the same /24', 'in3', '127.42.7.1', '127.42.7.200', WEST, WEST, 0],
    ['outside the scope, with the same answer', 'out1', '127.41.1.1', '127.41.200.1', EAST, EAST, 1],
    ['outside the scope, with another answer', 'out2', '127.41.1.1', '127.41.17.1', EAST, LAB, 1],
    ['outside the scope, the other way round', 'out3', '127.41.17.1', '127.41.1.1', LAB, EAST, 1],
    ['in another network', 'out4', '127.41.1.1', '127.42.1.1', EAST, WEST, 1],
  ])('a second client %s', (_, name, first, second, firstAddress, secondAddress, again) => {
    test(again === 0 ? 'is answered from the cache' : 'makes it ask again', async () => {
      expect(await addressFor(`${name}.example.com -b ${first}`)).toBe(firstAddress);
      const before = asked(name);
      expect(await addressFor(`${name}.example.com -b ${second}`)).toBe(secondAddress);
      expect(asked(name) - before).toBe(again);
      expect(await addressFor(`${name}.example.com -b ${first}`)).toBe(firstAddress);
      expect(asked(name) - before).toBe(again);
    });
  });

  test.each(['same', 'mail', 'nobody.mail'])('%s, scope 0: one answer for everyone', async (name) => {
    await dig(resolver, `${name}.example.com -b 127.41.1.1`);
    const before = asked(name);
    for (const client of ['127.41.17.1', '127.42.1.1', '127.43.1.1']) {
      await dig(resolver, `${name}.example.com -b ${client}`);
    }
    expect(asked(name)).toBe(before);
  });

  test('the TTL of a cached answer counts down', async () => {
    const args = 'down.example.com -b 127.41.1.1';
    const first = ttlOf(await dig(resolver, args));
    const before = asked('down');
    await until(async () => ttlOf(await dig(resolver, args)) < first);
    expect(asked('down')).toBe(before);
  });

  test('an answer is asked for again after its TTL', async () => {
    const args = 'short.example.com -b 127.42.1.1';
    expect(await addressFor(args)).toBe(WEST);
    const before = asked('short');
    await until(async () => (await addressFor(args)) === WEST && asked('short') > before);
  });

  test('a client that speaks of its subnet is told the scope', async () => {
    const { options, text } = await dig(resolver, 'told.example.com +subnet=127.42.7.0/24');
    expect(options, text).toEqual([expect.stringMatching(/^CLIENT-SUBNET: 127\.42\.7\.0\/24\/(1[0-6])$/)]);
  });

  test('and never was there a response that could not be read', () => {
    expect(tap.unreadable).toEqual([]);
  });
});
