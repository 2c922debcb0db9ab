import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { Answering } from '../support/answering.ts';
import { option, query } from '../support/ask.ts';
import { type Aya, startAya } from '../support/aya.ts';
import { decode } from '../support/case.ts';
import { CLIENT, hex } from '../support/cookie.ts';
import { UdpClient } from '../support/dns-client.ts';
import { zone } from './zone.ts';

const ZONE = zone('www IN A 192.0.2.1');
const BADCOOKIE = 23;

const [OLD, NEW] = [0, 1].map(() => randomBytes(16).toString('hex'));
const demanding = (...secrets: readonly string[]) => ({ server: { cookies: { secrets, required: true } } });

const asked = (cookie: string): Buffer => query('www.example.com. A', { edns: { options: [option(10, cookie)] } });

/** Whether the server takes a cookie, and the one that it gives. */
async function exchange(client: UdpClient, cookie: string) {
  const { rcode, answer, opt } = decode(await client.exchange(asked(cookie)));
  expect([rcode, answer.length]).toEqual(rcode === 0 ? [0, 1] : [BADCOOKIE, 0]);
  return { isGood: rcode === 0, cookie: opt?.options[0]?.[1] ?? '' };
}

/** The cookie that a server with this secret would have given us at another time. */
function givenAt(secret: string, agoSeconds: number): string {
  const cookies = { secrets: [hex(secret)], isRequired: false };
  const past = new Answering(
    { zones: { 'example.com.': '@ A 192.0.2.1' } },
    { cookies },
    () => Date.now() - agoSeconds * 1000,
  );
  const { opt } = decode(past.ask(asked(CLIENT), { from: '127.0.0.1' }));
  return opt?.options[0]?.[1] ?? '';
}

async function rollOver(aya: Aya, ...secrets: readonly string[]): Promise<void> {
  await aya.configure(ZONE, demanding(...secrets));
  expect(await aya.reload()).toMatchObject({ msg: 'reloaded' });
}

test('a server gives cookies, takes those alone that are its own and not too old, and says so of all others', async () => {
  await using aya = await startAya(ZONE, demanding(OLD));
  await using client = await UdpClient.open(aya.port);
  const first = await exchange(client, CLIENT);
  expect(first.isGood).toBe(false);
  expect(await exchange(client, first.cookie)).toEqual({ isGood: true, cookie: first.cookie });
  for (const [agoSeconds, isGood] of [
    [2400, true],
    [3660, false],
    [-360, false],
  ] as const) {
    const { cookie, ...found } = await exchange(client, givenAt(OLD, agoSeconds));
    expect({ agoSeconds, ...found }).toEqual({ agoSeconds, isGood });
    // Near its end, or past it, another comes that can be used.
    expect((await exchange(client, cookie)).isGood).toBe(true);
  }
  expect((await exchange(client, givenAt(NEW, 0))).isGood).toBe(false);
});

test('one secret follows another by reloads, and a client with a cookie of the old one is asked to come again at the last', async () => {
  await using aya = await startAya(ZONE, demanding(OLD));
  await using client = await UdpClient.open(aya.port);
  const old = givenAt(OLD, 0);
  await rollOver(aya, OLD, NEW);
  expect((await exchange(client, old)).isGood).toBe(true);
  await rollOver(aya, NEW, OLD);
  const renewed = await exchange(client, old);
  expect(renewed.isGood).toBe(true);
  expect(renewed.cookie).not.toBe(old);
  await rollOver(aya, NEW);
  expect((await exchange(client, renewed.cookie)).isGood).toBe(true);
  const refused = await exchange(client, old);
  expect(refused.isGood).toBe(false);
  expect((await exchange(client, refused.cookie)).isGood).toBe(true);
});
