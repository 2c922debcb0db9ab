import { expect, test } from 'vitest';
import { Random } from '../../src/util/random.ts';
import { startAya } from '../support/aya.ts';
import { encodeQuery, TcpClient, UdpClient } from '../support/dns-client.ts';
import { mutate } from '../support/mutate.ts';
import { seedOf } from '../support/seed.ts';
import { zone } from './zone.ts';

const MESSAGES = 2000;

/** As many as may be under way before a good query is to be answered: fewer than fill a socket's buffer. */
const BATCH = 50;

const WORLD = `
geo: { networks: { lab: 198.51.100.0/24 } }
regions: { one: {}, two: {} }
policies: { by-map: [{ map: [{ from: { network: lab }, to: [two] }, { to: [one] }] }] }
services: { web: { policy: by-map, endpoints: { one: { a: 192.0.2.1 }, two: { a: 192.0.2.2 } } } }
${zone('www SERVICE web\n*.wild IN CNAME www\nchild IN NS ns.child\nns.child IN A 192.0.2.54')}`;

const GOOD = { name: 'www.example.com', subnet: '198.51.100.0/24' };

const SOURCES = [
  encodeQuery({ name: 'www.example.com' }),
  encodeQuery({ name: 'a.wild.example.com', type: 'ANY', payloadBytes: 4096 }),
  encodeQuery({ name: 'a.child.example.com', type: 'TXT', subnet: '2001:db8::/56' }),
  encodeQuery(GOOD),
];

const isResponse = (message: Buffer) => message.length >= 12 && (message.readUInt8(2) & 0x80) !== 0;

test(`${MESSAGES} mutated messages over UDP and TCP do the server no harm`, async () => {
  await using aya = await startAya(WORLD);
  await using udp = await UdpClient.open(aya.port);
  const random = new Random(seedOf('mutated messages'));
  for (let sent = 0; sent < MESSAGES; sent += BATCH) {
    await using tcp = await TcpClient.open(aya.port); // another each time: a server may hang up on nonsense
    for (let left = BATCH; left > 0; left--) {
      const message = mutate(SOURCES, random);
      void tcp.send(message);
      await udp.send(message);
    }
    await using judge = await TcpClient.open(aya.port);
    for (const client of [aya, judge])
      expect(await client.ask(GOOD)).toMatchObject({ flags: 'qr aa', answers: ['www.example.com 30 A 192.0.2.2'] });
    expect(tcp.strays.every(isResponse)).toBe(true);
  }
  expect(udp.strays.length).toBeGreaterThan(MESSAGES / 4);
  expect(udp.strays.length).toBeLessThanOrEqual(MESSAGES);
  expect(udp.strays.every(isResponse)).toBe(true);
  expect(aya.log.filter(({ level }) => level === 'error')).toEqual([]);
});
