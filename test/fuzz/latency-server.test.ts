import { expect, test } from 'vitest';
import { Random } from '../../src/util/random.ts';
import { mutate } from '../support/mutate.ts';
import { seedOf } from '../support/seed.ts';
import { serving, statusesIn, TOKEN } from '../unit/control/latency/served.ts';

const MUTATIONS = 1500;
/** At a time. */
const CONNECTIONS = 8;

const LINE = '{"region":"eu","rttMs":20}';
const HEAD = 'POST /latency/report HTTP/1.1\r\nHost: aya\r\n';
const REPORT = `${HEAD}Content-Length: 26\r\n\r\n${LINE}`;

/** Requests that are answered, alone and one behind the other. */
const GOOD = [
  REPORT,
  `${REPORT}${REPORT}`,
  `${HEAD}Transfer-Encoding: chunked\r\n\r\n1a;a=b\r\n${LINE}\r\n0\r\nTrailer: x\r\n\r\n`,
  `${HEAD}Expect: 100-continue\r\nContent-Length: 26\r\n\r\n${LINE}`,
  `${HEAD}Connection: upgrade\r\nUpgrade: h2c\r\nContent-Length: 26\r\n\r\n${LINE}`,
  'GET /latency/beacon.js HTTP/1.1\r\nHost: aya\r\n\r\n'.repeat(3),
  'OPTIONS http://aya/latency/report HTTP/1.1\r\nHost: aya\r\n\r\n',
  `POST /latency/samples HTTP/1.1\r\nHost: aya\r\nAuthorization: Bearer ${TOKEN}\r\nContent-Length: 56\r\n\r\n{"region":"us","rttMs":9.5,"network":"203.0.113.0/24"}\r\n`,
].map((text) => Buffer.from(text));

const STATUSES = new Set([200, 204, 400, 401, 404, 405, 408, 413, 415, 417, 431]);

test('whatever comes in ends with its connection, is answered as HTTP is, and keeps nobody out', {
  timeout: 120_000,
}, async () => {
  const random = new Random(seedOf('latency server'));
  using server = await serving();
  let left = MUTATIONS;
  const send = async (): Promise<void> => {
    while (left-- > 0) {
      const octets = mutate(GOOD, random);
      const reply = await server.saidAtEnd(octets);
      const strange = statusesIn(reply).filter((status) => !STATUSES.has(status));
      expect(strange, `sent in base64: ${octets.toString('base64')}`).toEqual([]);
    }
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, send));
  const { length } = server.taken;
  expect(await server.saidAtEnd(Buffer.from(REPORT))).toMatch(/^HTTP\/1\.1 204 /);
  expect(server.taken).toHaveLength(length + 1);
  for (const { network, region, rttMs } of server.taken) {
    expect([network, region]).toEqual([
      expect.stringMatching(/^[\d.]+\/24$|^[\da-f:]+\/56$/),
      expect.stringMatching(/^(?:eu|us)$/),
    ]);
    expect(rttMs > 0 && rttMs <= 10_000).toBe(true);
  }
});
