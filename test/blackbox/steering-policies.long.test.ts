import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Aya, freePort, startAya, until } from '../support/aya.ts';
import { Region } from './region.ts';
import { zone } from './zone.ts';

/** @param port where the probe of the endpoint `main` succeeds, while its region lives; at `other` one always does */
const world = (port: number, other: number) => `
geo: { networks: { ward: 203.0.113.0/24 } }
regions: { main: { tags: [inside] }, rest: {}, idle: { drain: true } }
probes:
  web: { http: { port: ${port} }, interval: 100ms, fall: 1, rise: 1 }
policies:
  in-order: [{ ordered: [main, rest] }]
  fenced: [{ fence: { from: { network: ward }, to: { tag: inside } } }, { ordered: [main, rest] }]
  loyal: [sticky]
  canary: [{ canary: { percent: 30, to: { service: next } } }, { ordered: [rest] }]
  watching: [{ when: { while: { service: probed, is: down }, steps: [{ ordered: [rest] }], else: [{ ordered: [idle] }] } }]
services:
  probed: &probed
    policy: in-order
    probe: web
    endpoints: { main: { a: 127.0.0.1 } }
  strict: { <<: *probed, whenAllDown: refuse }
  spare: { <<: *probed, whenAllDown: { service: next } }
  fixed: { <<: *probed, whenAllDown: { a: 192.0.2.99 } }
  outer: { policy: in-order, endpoints: { main: { service: probed }, rest: { a: 192.0.2.20 } } }
  fenced:
    policy: fenced
    probe: web
    endpoints: { main: { a: 127.0.0.1 }, rest: { a: 192.0.2.20, check: "127.0.0.1:${other}" } }
  loyal: { policy: loyal, endpoints: { main: { a: 192.0.2.10 }, rest: { a: 192.0.2.20 } } }
  canary: { policy: canary, endpoints: { main: { a: 192.0.2.10 }, rest: { a: 192.0.2.20 } } }
  next: { policy: loyal, endpoints: { next: { region: main, a: 192.0.2.30 } } }
  watching: { policy: watching, endpoints: { rest: { a: 192.0.2.20 }, main: { a: 192.0.2.10 } } }
  drained: { policy: in-order, endpoints: { idle: { a: 192.0.2.40 }, rest: { a: 192.0.2.20 } } }
${zone(
  ['probed', 'strict', 'spare', 'fixed', 'outer', 'fenced', 'loyal', 'canary', 'watching', 'drained']
    .map((name) => `${name} SERVICE ${name}`)
    .join('\n'),
)}
`;

let region: Region;
let survivor: Region;
let aya: Aya;
beforeAll(async () => {
  region = await Region.start('127.0.0.1', await freePort());
  survivor = await Region.start('127.0.0.1', await freePort());
  aya = await startAya(world(region.port, survivor.port));
});
afterAll(async () => {
  await aya?.[Symbol.asyncDispose]();
  await region?.die();
  await survivor?.die();
});

const ask = (name: string, subnet = '198.51.100.0/24') => aya.ask({ name: `${name}.example.com`, subnet });

const addressesOf = async (name: string, subnet?: string) => (await ask(name, subnet)).addresses;

/** What each of many client networks is answered. */
async function drawn(name: string): Promise<readonly string[]> {
  const answers: string[] = [];
  for (let index = 0; index < 300; index++) {
    const [address = ''] = await addressesOf(name, `20.${index >> 8}.${index & 255}.0/24`);
    answers.push(address);
  }
  return answers;
}

test('a region that drains gets nobody while another is there', async () => {
  expect(await addressesOf('drained')).toEqual(['192.0.2.20']);
});

describe('clients are the same ones each time', () => {
  test.each([
    ['loyal', ['192.0.2.10', '192.0.2.20']],
    ['canary', ['192.0.2.20', '192.0.2.30']],
  ])('%s, also after a restart', async (name, both) => {
    const before = await drawn(name);
    expect([...new Set(before)].sort()).toEqual(both);
    await using another = await startAya(world(region.port, survivor.port));
    for (const [index, address] of before.entries()) {
      const subnet = `20.${index >> 8}.${index & 255}.0/24`;
      expect((await another.ask({ name: `${name}.example.com`, subnet })).addresses).toEqual([address]);
    }
  });

  test('and their network is the scope', async () => {
    expect((await ask('loyal', '198.51.100.7/32')).edns?.scopeBits).toBe(24);
    expect((await ask('canary', '2001:db8:1:2::/64')).edns?.scopeBits).toBe(56);
  });
});

test('a death moves every service as its policy says, and a return moves it back', async () => {
  expect(await addressesOf('outer')).toEqual(['127.0.0.1']);
  expect(await addressesOf('fenced', '203.0.113.0/24')).toEqual(['127.0.0.1']);
  expect(await addressesOf('watching')).toEqual(expect.not.arrayContaining(['127.0.0.1']));
  await region.die();
  await until(async () => (await addressesOf('fixed'))[0] === '192.0.2.99');
  expect(await addressesOf('outer')).toEqual(['192.0.2.20']);
  expect(await addressesOf('spare')).toEqual(['192.0.2.30']);
  expect(await addressesOf('probed')).toEqual(['127.0.0.1']);
  expect(await addressesOf('watching')).toEqual(['192.0.2.20']);
  expect((await ask('strict')).rcode).toBe('SERVFAIL');
  expect((await ask('fenced', '203.0.113.0/24')).rcode).toBe('SERVFAIL');
  expect(await addressesOf('fenced')).toEqual(['192.0.2.20']);
  await region.revive();
  await until(async () => (await ask('strict')).rcode === 'NOERROR');
  await until(async () => (await addressesOf('fixed'))[0] === '127.0.0.1');
  expect(await addressesOf('outer')).toEqual(['127.0.0.1']);
  expect(await addressesOf('fenced', '203.0.113.0/24')).toEqual(['127.0.0.1']);
});
