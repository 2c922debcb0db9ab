import { resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Random } from '../../src/util/random.ts';
import type { Way } from '../support/answering.ts';
import { type Aya, freePort, startAya } from '../support/aya.ts';
import { TcpClient, UdpClient } from '../support/dns-client.ts';
import { checkAnswer, goodQueries, readCorpus } from '../support/hostile.ts';
import { residentBytes } from '../support/memory.ts';
import { mutate } from '../support/mutate.ts';
import { seedOf } from '../support/seed.ts';
import { DOT_PAIR, openTls } from '../support/tls-client.ts';

/** The names that goodQueries asks for, as far as a configuration goes without a geography. */
const WORLD = `
geo: { networks: { office: [203.0.113.0/24, '2001:db8:1::/48'] } }
regions: { west: {}, east: {} }
policies: { by-map: [{ map: [{ from: { network: office }, to: [east] }, { to: [west] }] }] }
services:
  geo: { policy: by-map, answers: 2, endpoints: { west: { a: 192.0.2.10 }, east: { a: [192.0.2.20, 192.0.2.21] } } }
zones:
  example.com:
    records: |
      $TTL 300
      @ SOA ns1.example. hostmaster.example. 1 7200 3600 1209600 60
      @ NS ns1.example.
      www A 192.0.2.1
      *.wild TXT "w"
      *.geo SERVICE geo
      alias CNAME www.old
      old DNAME new
      *.new MX 10 www
      loop CNAME loop
      sub NS ns.sub
      ns.sub A 192.0.2.53
      mid TXT ${Array.from({ length: 20 }, (_, index) => `"${'x'.repeat(30)}${index}"`).join(' ')}
      big TXT ${Array.from({ length: 60 }, (_, index) => `"${'x'.repeat(30)}${index}"`).join(' ')}
`;
const SETTING = { files: { 'dot.crt': DOT_PAIR.certificate, 'dot.key': DOT_PAIR.key } };
const IDLE_MS = 10_000;

/** As many at once as a socket's buffer holds whatever their size, so that none is lost: 16 of 4 KiB. */
const BATCH = 16;
const DATAGRAM_BYTES_MAX = 4096;
const BATCHES = 150;
const FUZZ_SECONDS = Number(process.env.AYA_FUZZ_SECONDS ?? 0);

/**
 * What a process may come to hold after its first messages: heaps of a few threads, that take their size and are collected
 * when it suits them. In ten minutes it shows what leaves a kilobyte behind in each message; test/fuzz/answer, less.
 */
const GROWTH_BYTES_MAX = 64 * 1024 * 1024;
/** Until then code is compiled and heaps take their size. */
const WARM_BATCHES = 50;

const SAMPLES = [
  ...goodQueries(),
  ...readCorpus(resolve(import.meta.dirname, '../../../shared/data/corpus')).map(({ octets }) => octets),
  ...readCorpus(resolve(import.meta.dirname, 'corpus')).map(({ octets }) => octets),
];

type Connected = { readonly client: TcpClient | UdpClient; readonly way: Way };

let aya: Aya;
let tlsPort: number;

beforeAll(async () => {
  tlsPort = await freePort();
  const tls = { listen: `127.0.0.1:${tlsPort}`, certificate: 'dot.crt', key: 'dot.key' };
  aya = await startAya(WORLD, { ...SETTING, server: { tls } });
});

afterAll(async () => {
  await aya[Symbol.asyncDispose]();
});

const CONNECT: Readonly<Record<string, () => Promise<Connected>>> = {
  UDP: async () => ({ client: await UdpClient.open(aya.port), way: {} }),
  TCP: async () => ({ client: await TcpClient.open(aya.port), way: { isStream: true, idleMs: IDLE_MS } }),
  TLS: async () => ({
    client: (await openTls(tlsPort)).client,
    way: { isStream: true, idleMs: IDLE_MS, isEncrypted: true },
  }),
};

/** Messages with an id each, and a good query behind them, whose answer says that those before it have theirs. */
function batchOf(random: Random): { readonly messages: readonly Buffer[]; readonly last: Buffer } {
  const messages: Buffer[] = [];
  while (messages.length < BATCH) {
    const message = mutate(SAMPLES, random).subarray(0, DATAGRAM_BYTES_MAX);
    // On a stream a shorter one ends the connection: that is for a test of its own.
    if (message.length < 12) continue;
    message.writeUInt16BE(messages.length, 0);
    messages.push(message);
  }
  const last = Buffer.from(goodQueries()[0]);
  last.writeUInt16BE(BATCH, 0);
  return { messages, last };
}

/** Sends a batch at once and checks what has come back: a right answer each, or none where none is due. */
async function tryBatch({ client, way }: Connected, random: Random, origin: string): Promise<void> {
  const { messages, last } = batchOf(random);
  for (const message of messages) void client.send(message);
  await client.exchange(last);
  const answers = client.strays.splice(0);
  for (const [id, message] of messages.entries()) {
    const mine = answers.filter((answer) => answer.readUInt16BE(0) === id);
    try {
      expect(mine.length).toBeLessThanOrEqual(1);
      checkAnswer(message, mine[0], way);
    } catch (error) {
      throw new Error(`${String(error)}\n${message.toString('hex')}\t${origin}`, { cause: error });
    }
  }
  expect(answers.length).toBeLessThanOrEqual(messages.length);
}

describe('a running server', () => {
  test.each(Object.entries(CONNECT))(
    'gives a right answer, or none, to whatever comes over %s, and keeps its size',
    async (name, connect) => {
      const seed = seedOf(`server fuzz over ${name}`);
      const random = new Random(seed);
      const connected = await connect();
      const deadlineMs = performance.now() + (FUZZ_SECONDS / 3) * 1000;
      let residentAtFirst = 0;
      let tried = 0;
      for (; tried < BATCHES || performance.now() < deadlineMs; tried++) {
        await tryBatch(connected, random, `batch ${tried} of seed ${seed}, over ${name}`);
        if (tried === WARM_BATCHES) residentAtFirst = residentBytes(aya.pid);
      }
      expect(residentBytes(aya.pid) - residentAtFirst).toBeLessThan(GROWTH_BYTES_MAX);
      if (FUZZ_SECONDS > 0) console.info(`server fuzz over ${name}: ${tried * BATCH} messages`);
      await connected.client[Symbol.asyncDispose]();
      expect(aya.log.filter(({ level }) => level !== 'info')).toEqual([]);
    },
    FUZZ_SECONDS * 1000 + 60_000,
  );

  test('drops streams of octets that are no messages, and answers the next', async () => {
    const random = new Random(seedOf('octet streams'));
    for (let index = 0; index < 50; index++) {
      const [tcp, { client: tls }] = [await TcpClient.open(aya.port), await openTls(tlsPort)];
      const octets = Buffer.from(Array.from({ length: 1 + random.below(3000) }, () => random.below(256)));
      octets.writeUInt8(0); // a short message at first: an end to wait for
      const cut = 1 + random.below(octets.length);
      for (const client of [tcp, tls]) {
        await client.write(octets.subarray(0, cut));
        await client.write(octets.subarray(cut));
        client.socket.end();
        await client.closed;
      }
    }
    for (const connect of Object.values(CONNECT)) {
      const { client } = await connect();
      expect((await client.ask('www.example.com')).addresses).toEqual(['192.0.2.1']);
      await client[Symbol.asyncDispose]();
    }
    expect(aya.log.filter(({ level }) => level !== 'info')).toEqual([]);
  });
});
