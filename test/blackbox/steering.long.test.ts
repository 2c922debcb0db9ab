import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Aya, freePort, startAya } from '../support/aya.ts';
import { servingOver, UDP_TRANSPORTS } from '../support/udp-transports.ts';
import { Region } from './region.ts';
import { zone } from './zone.ts';

const DRAWS = 2000;

/** At 6 sigma, one run in 500 million fails by chance. */
const SIGMAS = 6;

/** @param up a port where the probe succeeds; at the port `down` it fails from the start. */
const world = (up: number, down: number) => `
geo:
  databases: [geodb/country.mmdb]
  networks:
    campus: 131.111.0.0/16
    lab: 131.111.8.0/24
regions: { one: {}, two: {}, three: {}, four: {} }
probes:
  web: { tcp: { port: ${up} }, interval: 1s }
policies:
  split: [weighted]
  in-order: [{ ordered: [three, one] }]
  order-then-split: [{ ordered: [three] }, weighted]
  by-map:
    - map:
        - { to: [four] }
        - { from: { continent: EU }, to: [one] }
        - { from: { country: GB }, to: [two] }
        - { from: { network: campus }, to: [three] }
        - { from: { network: lab }, to: [four, three] }
        - { from: { country: KR, continent: EU }, to: [three] }
services:
  split:
    policy: split
    endpoints: &endpoints
      one: { a: 192.0.2.1, weight: 1 }
      two: { a: 192.0.2.2, weight: 3 }
      three: { a: 192.0.2.3, weight: 6 }
      four: { a: 192.0.2.4, weight: 0 }
  pair: { policy: split, answers: 2, endpoints: *endpoints }
  many: { policy: split, answers: 64, endpoints: *endpoints }
  ordered: { policy: in-order, answers: 2, endpoints: *endpoints }
  order-then-split: { policy: order-then-split, answers: 2, endpoints: *endpoints }
  map: { policy: by-map, endpoints: *endpoints }
  several: { policy: split, endpoints: { one: { a: [192.0.2.1, 192.0.2.11, 192.0.2.111] } } }
  last-resort:
    policy: split
    probe: web
    endpoints:
      one: { a: 192.0.2.1, weight: 5, check: "127.0.0.1:${down}" }
      four: { a: 192.0.2.4, weight: 0, check: "127.0.0.1:${up}" }
  second-best:
    policy: in-order
    probe: web
    endpoints:
      three: { a: 192.0.2.3, check: "127.0.0.1:${down}" }
      one: { a: 192.0.2.1, check: "127.0.0.1:${up}" }
      two: { a: 192.0.2.2, check: "127.0.0.1:${up}" }
${zone(`split SERVICE split
        pair SERVICE pair
        many SERVICE many
        ordered SERVICE ordered
        order-then-split SERVICE order-then-split
        map SERVICE map
        several SERVICE several
        last-resort SERVICE last-resort
        second-best SERVICE second-best`)}
`;

describe.each(UDP_TRANSPORTS)('over %s', (udp) => {
  let region: Region;
  let aya: Aya;
  beforeAll(async () => {
    region = await Region.start('127.0.0.1', await freePort());
    aya = await startAya(world(region.port, await freePort()), { command: servingOver(udp) });
  });
  afterAll(async () => {
    await aya?.[Symbol.asyncDispose]();
    await region?.die();
  });

  /** What so many answers were, and how often each. */
  async function draw(name: string, draws: number): Promise<ReadonlyMap<string, number>> {
    const counts = new Map<string, number>();
    for (let left = draws; left > 0; left--) {
      const { addresses } = await aya.ask(`${name}.example.com`);
      const answer = addresses.join(' ');
      counts.set(answer, (counts.get(answer) ?? 0) + 1);
    }
    return counts;
  }

  /** Whether a count of draws is what a share says, as far as chance allows. */
  function expectShare(count: number, share: number): void {
    const sigma = Math.sqrt(DRAWS * share * (1 - share));
    expect(Math.abs(count - DRAWS * share), `${count} of ${DRAWS} for a share of ${share}`).toBeLessThan(
      SIGMAS * sigma,
    );
  }

  describe('weighted', () => {
    test('shares clients out in proportion to the weights, and weight 0 gets none', async () => {
      const counts = await draw('split', DRAWS);
      expect([...counts.keys()].sort()).toEqual(['192.0.2.1', '192.0.2.2', '192.0.2.3']);
      expectShare(counts.get('192.0.2.1') ?? 0, 0.1);
      expectShare(counts.get('192.0.2.2') ?? 0, 0.3);
      expectShare(counts.get('192.0.2.3') ?? 0, 0.6);
    });

    test('with answers: 2 names two endpoints, the second drawn from what the first left', async () => {
      const counts = await draw('pair', DRAWS);
      const pairs = [...counts.entries()].map(([answer, count]) => ({ answer: answer.split(' '), count }));
      const first = (address: string) =>
        pairs.filter(({ answer }) => answer[0] === address).reduce((sum, { count }) => sum + count, 0);
      expect(pairs.every(({ answer }) => new Set(answer).size === 2)).toBe(true);
      expectShare(first('192.0.2.1'), 0.1);
      expectShare(first('192.0.2.3'), 0.6);
      expectShare(counts.get('192.0.2.3 192.0.2.1') ?? 0, 0.6 * (1 / 4));
      expectShare(counts.get('192.0.2.1 192.0.2.2') ?? 0, 0.1 * (3 / 9));
    });

    test('names weight 0 last where all are to be named', async () => {
      for (const answer of (await draw('many', 50)).keys()) {
        expect(answer.split(' ').sort()).toEqual(['192.0.2.1', '192.0.2.2', '192.0.2.3', '192.0.2.4']);
        expect(answer).toMatch(/192\.0\.2\.4$/);
      }
    });

    test('names weight 0 where no other is up', async () => {
      expect([...(await draw('last-resort', 50)).keys()]).toEqual(['192.0.2.4']);
    });

    test('takes turns with the first of an endpoint that has several addresses', async () => {
      const counts = await draw('several', DRAWS);
      expect(counts.size).toBe(3);
      for (const count of counts.values()) expectShare(count, 1 / 3);
    });
  });

  describe('ordered', () => {
    test('names the first of the list, and further ones in its order', async () => {
      expect([...(await draw('ordered', 50)).keys()]).toEqual(['192.0.2.3 192.0.2.1']);
    });

    test('goes on to the next that is up, before those that are not in the list', async () => {
      expect([...(await draw('second-best', 50)).keys()]).toEqual(['192.0.2.1']);
    });

    test('leaves equal what it does not name, for the next step to weigh', async () => {
      const counts = await draw('order-then-split', DRAWS);
      expect([...counts.keys()].sort()).toEqual(['192.0.2.3 192.0.2.1', '192.0.2.3 192.0.2.2']);
      expectShare(counts.get('192.0.2.3 192.0.2.1') ?? 0, 1 / 4);
    });
  });

  describe('a map answers by the most specific row', () => {
    test.each([
      ['a network inside a network', '131.111.8.0/24', '192.0.2.4'],
      ['a network inside a country', '131.111.9.0/24', '192.0.2.3'],
      ['a country inside a continent', '129.67.0.0/16', '192.0.2.2'],
      ['a continent', '129.132.0.0/16', '192.0.2.1'],
      ['none but the row for everyone', '18.7.22.0/24', '192.0.2.4'],
      ['none with all of its keys', '143.248.0.0/16', '192.0.2.4'],
    ])('%s', async (_, subnet, address) => {
      expect((await aya.ask({ name: 'map.example.com', subnet })).addresses).toEqual([address]);
    });
  });
});
