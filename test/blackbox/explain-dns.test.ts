import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Aya, type Setting, startAya } from '../support/aya.ts';
import { zone } from './zone.ts';

const world = `
geo: { networks: { office: 203.0.113.0/24 } }
regions: { eu: {}, us: {} }
policies:
  by-map: [{ map: [{ from: { network: office }, to: [us] }, { to: [eu] }] }]
services:
  web: { policy: by-map, endpoints: { eu: { a: 192.0.2.1 }, us: { a: 192.0.2.2 } } }
${zone('www SERVICE web')}`;

const name = 'www.example.com.explain.example.net';
const explain = (allow: string) => ({ name: 'EXPLAIN.example.net', allow: [allow] });
const textOf = (client: string) => [
  `${name} 0 TXT service=web type=A mode=normal answers=1 tier1=${client}:100%`,
  `${name} 0 TXT service=web type=AAAA mode=normal answer=none`,
];

let aya: Aya;
beforeAll(async () => {
  aya = await startAya(world, { server: { explain: explain('127.0.0.0/8') } });
});
afterAll(() => aya[Symbol.asyncDispose]());

test.each([
  ['203.0.113.7/24', 'us'],
  ['198.51.100.0/24', 'eu'],
])('a client of %s is answered %s, and it is said why', async (subnet, region) => {
  const { answers, flags } = await aya.ask({ name, type: 'TXT', subnet });
  expect([flags, ...answers]).toEqual(['qr aa', ...textOf(region)]);
});

test('a reload takes it from one who asked, and gives it back', async () => {
  const answersAfter = async (server: Setting['server'] = {}) => {
    await aya.configure(world, { server });
    expect((await aya.reload()).msg).toBe('reloaded');
    const { answers, rcode } = await aya.ask({ name, type: 'TXT' });
    return [rcode, ...answers];
  };
  expect(await answersAfter({ explain: explain('192.0.2.0/24') })).toEqual(['REFUSED']);
  expect(await answersAfter()).toEqual(['REFUSED']);
  expect(await answersAfter({ explain: explain('127.0.0.0/8') })).toEqual(['NOERROR', ...textOf('eu')]);
});
