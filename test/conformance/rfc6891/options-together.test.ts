import { describe, expect, test } from 'vitest';
import { Answering } from '../../support/answering.ts';
import { type Asked, option, query } from '../../support/ask.ts';
import { decode } from '../../support/case.ts';
import { CLIENT } from '../../support/cookie.ts';
import { UDP_ONLY } from '../../support/way.ts';

const long = `${'x'.repeat(63)}.${'y'.repeat(63)}.${'z'.repeat(63)}`;
const server = new Answering(
  {
    zones: { 'example.com.': `www A 192.0.2.1\nmany SERVICE many\n${long} SERVICE down` },
    services: {
      many: { endpoints: { here: Array.from({ length: 70 }, (_, index) => `192.0.2.${index + 1}`) } },
      down: { endpoints: { here: ['198.51.100.1'] } },
    },
    down: ['198.51.100.1'],
  },
  { nsid: 'x'.repeat(100), hostname: 'y'.repeat(100) },
);
const NSID = 3;
const SUBNET = 8;
const COOKIE = 10;
const KEEPALIVE = 11;
const PADDING = 12;
const ERROR = 15;
const everything = [
  option(NSID, ''),
  option(SUBNET, `00028000${'20010db8'.padEnd(32, '0')}`),
  option(COOKIE, CLIENT),
  option(KEEPALIVE, ''),
  option(PADDING, ''),
];

describe('RFC 6891 section 6.2.5, options of all kinds together', () => {
  const outside = `${long}.${'o'.repeat(61)}.`;

  test.each<[string, Asked]>([
    [`${long}.example.com. A`, {}],
    [`${outside} A`, {}],
    [`${outside} TYPE252`, {}],
    [`${outside} A`, { class: 3 }],
    ['hostname.bind. TXT', { class: 3 }],
    ['many.example.com. A', {}],
    ['www.example.com. A', {}],
    ['nope.example.com. A', {}],
  ])('%s: never more than the client takes, nor than 1232, and all that it asked for', (question, asked) => {
    for (const payloadBytes of [0, ...Array.from({ length: 90 }, (_, index) => 500 + 10 * index), 4096, 65535]) {
      const octets = server.ask(query(question, { ...asked, edns: { payloadBytes, options: everything } }), UDP_ONLY);
      const codes = decode(octets).opt?.options.map(([code]) => code);
      expect(octets?.length).toBeLessThanOrEqual(Math.min(Math.max(512, payloadBytes), 1232));
      expect(codes?.filter((code) => code !== ERROR)).toEqual([SUBNET, NSID, COOKIE]);
    }
  });

  test('an OPT takes the room of records: TC', () => {
    const ask = (options: readonly string[]) =>
      decode(server.ask(query('many.example.com. A', { edns: { options } }), UDP_ONLY));
    expect(ask([]).flags).toBe('aa');
    expect(ask([]).answer).toHaveLength(70);
    expect(ask(everything)).toMatchObject({ flags: 'aa tc', answer: [] });
  });

  test('over an encrypted stream: each of them once', () => {
    const asked = query(`${long}.example.com. A`, { edns: { options: everything } });
    const octets = server.ask(asked, { isStream: true, isEncrypted: true, idleMs: 10_000 });
    const { opt, flags } = decode(octets);
    expect([flags, (octets?.length ?? 0) % 468]).toEqual(['aa', 0]);
    expect(opt?.options.map(([code]) => code)).toEqual([SUBNET, NSID, COOKIE, KEEPALIVE, ERROR, PADDING]);
  });
});
