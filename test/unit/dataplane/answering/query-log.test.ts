import { describe, expect, test } from 'vitest';
import { entryAt, flagsAt, type QueryEntry } from '../../../../src/control/query-log/entry.ts';
import { RingReader } from '../../../../src/control/query-log/ring-reader.ts';
import { BatchClock } from '../../../../src/dataplane/answering/batch-clock.ts';
import type { ClientAddress } from '../../../../src/dataplane/answering/client.ts';
import { QueryLog } from '../../../../src/dataplane/answering/query-log.ts';
import { LIMITED, type Limited } from '../../../../src/dataplane/answering/rate-limit.ts';
import { ResponseWriter } from '../../../../src/dataplane/answering/response.ts';
import type { Source } from '../../../../src/dataplane/answering/source.ts';
import { RCODE } from '../../../../src/dns/constants.ts';
import { decodeQuery } from '../../../../src/dns/decode.ts';
import { Query } from '../../../../src/dns/query.ts';
import { parseAddress } from '../../../../src/net/address.ts';
import { FLAG, makeRing, OUTCOME, type QueryLogSettings } from '../../../../src/snapshot/query-log.ts';
import { Random } from '../../../../src/util/random.ts';
import { option, query } from '../../../support/ask.ts';
import { encodeQuery } from '../../../support/dns-client.ts';
import { seedOf } from '../../../support/seed.ts';

const ROW = 7;
const NOW_MS = Date.parse('2026-01-02T03:04:05.678Z');
const WORLDS = [
  { world: 2, services: ['web', 'api'], regions: ['west', 'east'] },
  { world: 1, services: ['old'], regions: [] },
];

interface Change {
  readonly from?: string;
  readonly isStream?: boolean;
  readonly isEncrypted?: boolean;
  readonly answer?: Partial<Pick<ResponseWriter, 'at' | 'rcode' | 'isAuthoritative' | 'isTruncated' | 'scopeBits'>>;
  readonly slot?: number;
  readonly region?: number;
  readonly limited?: Limited;
}

/** A worker's query log, and who reads its ring. */
class Logging {
  readonly log: QueryLog;
  readonly tap = new SharedArrayBuffer(4);
  readonly reader: RingReader;
  /** How often the clock was read. */
  readings = 0;
  readonly clock = new BatchClock(() => {
    this.readings++;
    return NOW_MS;
  });
  readonly #ring = makeRing(1024);
  readonly #query = new Query();
  readonly #writer = new ResponseWriter();

  constructor(settings: Partial<QueryLogSettings> = {}, seed = 1) {
    this.log = new QueryLog(ROW, new Random(seed), this.clock);
    this.reader = new RingReader(this.#ring, 0);
    this.configure(settings);
  }

  configure(settings: Partial<QueryLogSettings>): void {
    const rings = new Map([[ROW, this.#ring]]);
    this.log.configure({ rings, tap: this.tap, every: 1, only: 0, world: 2, ...settings });
  }

  /** Writes what a worker would of a message. */
  write(message: Uint8Array, change: Change = {}): void {
    const { from = '192.0.2.1', isStream = false, isEncrypted = false, limited = LIMITED.PASS } = change;
    const source: Source = {
      ...{ isStream, isEncrypted },
      resolverAddress: (into: ClientAddress) => into.setAddress(parseAddress(from)!),
    };
    decodeQuery(message, message.length, this.#query);
    this.#writer.begin(message, this.#query, 1232);
    Object.assign(this.#writer, change.answer);
    this.log.write(
      this.#query,
      source,
      this.#writer,
      { slot: change.slot ?? -1, region: change.region ?? -1 },
      limited,
    );
  }

  /** As the lines have them. */
  read(): readonly QueryEntry[] {
    const batch = this.reader.read();
    const entries = Array.from({ length: batch.count }, (_, index) => entryAt(batch, batch.first + index, WORLDS));
    return JSON.parse(JSON.stringify(entries)) as QueryEntry[];
  }
}

/** Logs one query, and reads it. */
function logged(message: Uint8Array, change?: Change): QueryEntry | undefined {
  const logging = new Logging();
  logging.write(message, change);
  return logging.read()[0];
}

describe('a record says', () => {
  test('all that is known of a plain query', () => {
    const answer = { at: 77, isAuthoritative: true };
    expect(logged(encodeQuery({ name: 'WWW.example.com' }), { answer, slot: 1, region: 0 })).toEqual({
      time: '2026-01-02T03:04:05.678Z',
      ...{ transport: 'UDP', resolver: '192.0.2.1' },
      ...{ qname: 'WWW.example.com.', qtype: 'A', qclass: 'IN', rcode: 'NOERROR', flags: ['AA'] },
      ...{ service: 'api', region: 'west', responseBytes: 77 },
    });
  });

  test.each<[string, Change, Partial<QueryEntry>]>([
    ['TCP', { isStream: true }, { transport: 'TCP' }],
    ['TLS', { isStream: true, isEncrypted: true }, { transport: 'TLS' }],
    ['an IPv6 sender', { from: '2001:db8::ff' }, { resolver: '2001:db8::ff' }],
    ['a high address', { from: '255.254.253.252' }, { resolver: '255.254.253.252' }],
    ['TC', { answer: { isTruncated: true } }, { flags: ['TC'] }],
    ['NXDOMAIN', { answer: { rcode: RCODE.NXDOMAIN } }, { rcode: 'NXDOMAIN' }],
    ['an rcode of more than four bits', { answer: { rcode: RCODE.BADCOOKIE } }, { rcode: 'BADCOOKIE' }],
    ['a service without region', { slot: 0 }, { service: 'web' }],
    ['what was slipped', { limited: LIMITED.SLIP, answer: { at: 33 } }, { limited: 'slipped', responseBytes: 33 }],
    ['what was dropped', { limited: LIMITED.DROP, answer: { at: 33 } }, { limited: 'dropped', responseBytes: 0 }],
    ['the largest answer', { isStream: true, answer: { at: 65_535 } }, { responseBytes: 65_535 }],
  ])('%s', (_, change, expected) => {
    expect(logged(encodeQuery({ name: 'www.example.com' }), change)).toMatchObject(expected);
  });

  test('RD, DO, and that there was a cookie', () => {
    const asked = query('www.example.com. A', {
      flags: 'rd',
      edns: { flags: 0x8000, options: [option(10, '01'.repeat(8))] },
    });
    expect(logged(asked)).toMatchObject({ flags: ['RD', 'DO', 'COOKIE'] });
  });

  test.each([
    ['IPv4', '203.0.113.0/24'],
    ['IPv6', '2001:db8:1200::/40'],
    ['none of it', '0.0.0.0/0'],
  ])('a Client Subnet of %s', (_, subnet) => {
    const entry = logged(encodeQuery({ name: 'www.example.com', subnet }), { answer: { scopeBits: 21 } });
    expect(entry).toMatchObject({ clientSubnet: subnet, scopePrefixLength: 21 });
  });

  test('the longest name whole, and those of odd octets', () => {
    const long = Array.from({ length: 4 }, (_, index) => 'x'.repeat(index === 3 ? 61 : 63)).join('.');
    expect(logged(encodeQuery({ name: long }))?.qname).toBe(`${long}.`);
    const odd = encodeQuery({ name: 'abc.example' });
    odd.set([0x2e, 0x0a, 0xff], 13);
    expect(logged(odd)?.qname).toBe('\\.\\010\\255.example.');
    const dotted = encodeQuery({ name: 'abc.example' });
    dotted.set([0x2e], 14);
    expect(logged(dotted)?.qname).toBe('a\\.c.example.');
  });

  test('the root, and types and classes without mnemonic', () => {
    const message = encodeQuery({ name: 'a' });
    const root = Buffer.concat([message.subarray(0, 12), Buffer.of(0, 0xff, 0x01, 0xfe, 0xdc)]);
    root.writeUInt16BE(0, 10);
    expect(logged(root)).toMatchObject({ qname: '.', qtype: 'TYPE65281', qclass: 'CLASS65244' });
  });

  test('no question where none could be read', () => {
    const entry = logged(Buffer.from('000101000001000000000000', 'hex'), { answer: { rcode: RCODE.FORMERR } });
    expect(entry).toMatchObject({ rcode: 'FORMERR' });
    expect(entry).not.toHaveProperty('qname');
    expect(entry).not.toHaveProperty('qtype');
  });

  test('names of its own world, and no other', () => {
    const logging = new Logging();
    logging.configure({ world: 1 });
    logging.write(encodeQuery({ name: 'a' }), { slot: 0, region: 0 });
    logging.configure({ world: 9 });
    logging.write(encodeQuery({ name: 'a' }), { slot: 0, region: 0 });
    const [first, second] = logging.read();
    expect(first).toMatchObject({ service: 'old' });
    expect(first).not.toHaveProperty('region');
    expect(second).not.toHaveProperty('service');
  });
});

describe('nothing is recorded', () => {
  test('where nothing was configured, or not for this worker', () => {
    const logging = new Logging();
    logging.log.configure(undefined);
    logging.write(encodeQuery({ name: 'a' }));
    logging.configure({ rings: new Map() });
    logging.write(encodeQuery({ name: 'a' }));
    logging.configure({ every: 0 });
    logging.write(encodeQuery({ name: 'a' }));
    expect(logging.read()).toEqual([]);
    expect(logging.readings).toBe(0);
  });
});

test('while somebody looks everything is recorded, and marked where it is for the file', () => {
  const logging = new Logging({ only: OUTCOME.ERROR });
  const write = (rcode: number): void => logging.write(encodeQuery({ name: 'a' }), { answer: { rcode } });
  Atomics.store(new Int32Array(logging.tap), 0, 1);
  write(RCODE.NOERROR);
  write(RCODE.REFUSED);
  Atomics.store(new Int32Array(logging.tap), 0, 0);
  write(RCODE.NOERROR);
  const batch = logging.reader.read();
  expect(batch.count).toBe(2);
  expect([0, 1].map((place) => flagsAt(batch, place) & FLAG.SAMPLED)).toEqual([0, FLAG.SAMPLED]);
});

describe('a log may be kept to', () => {
  const CHANGES = {
    noerror: {},
    nxdomain: { answer: { rcode: RCODE.NXDOMAIN } },
    refused: { answer: { rcode: RCODE.REFUSED } },
    truncated: { answer: { isTruncated: true } },
    slipped: { limited: LIMITED.SLIP },
    dropped: { limited: LIMITED.DROP },
  } satisfies Record<string, Change>;

  test.each([
    ['errors', OUTCOME.ERROR, ['refused']],
    ['denials of names', OUTCOME.NXDOMAIN, ['nxdomain']],
    ['what was truncated', OUTCOME.TRUNCATED, ['truncated']],
    ['what was limited', OUTCOME.LIMITED, ['slipped', 'dropped']],
    ['two of them', OUTCOME.ERROR | OUTCOME.NXDOMAIN, ['nxdomain', 'refused']],
  ])('%s', (_, only, expected) => {
    const logging = new Logging({ only });
    for (const [name, change] of Object.entries(CHANGES)) logging.write(encodeQuery({ name }), change);
    expect(logging.read().map(({ qname }) => qname)).toEqual(expected.map((name) => `${name}.`));
  });
});

describe('a sample', () => {
  test('has one in so many, and of two that take turns as much of each', () => {
    const [count, every] = [200_000, 10];
    const logging = new Logging({ every }, seedOf('sample'));
    const message = { A: encodeQuery({ name: 'a' }), AAAA: encodeQuery({ name: 'a', type: 'AAAA' }) };
    const seen = { A: 0, AAAA: 0 };
    for (let index = 0; index < count; index++) {
      logging.write(index % 2 === 0 ? message.A : message.AAAA);
      if (index % 1000 === 999) for (const { qtype } of logging.read()) seen[qtype as 'A' | 'AAAA']++;
    }
    // Gaps of 1 to 19 have a standard deviation of 5.5: of 20,000, that of the sum is some 80.
    expect(Math.abs(seen.A + seen.AAAA - count / every)).toBeLessThan(500);
    expect(Math.abs(seen.A - seen.AAAA)).toBeLessThan(1000);
  });
});

test('the clock is read once a batch, and for every record where nobody says what a batch is', () => {
  const logging = new Logging();
  const write = (times: number): void => {
    for (let time = 0; time < times; time++) logging.write(encodeQuery({ name: 'a' }));
  };
  write(3);
  expect(logging.readings).toBe(3);
  logging.clock.beginBatch();
  write(3);
  expect(logging.readings).toBe(4);
  logging.clock.beginBatch();
  logging.clock.beginBatch();
  expect(logging.readings).toBe(4);
  write(1);
  expect(logging.readings).toBe(5);
});
