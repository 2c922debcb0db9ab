import { describe, expect, test } from 'vitest';
import { ClientAddress } from '../../../../src/dataplane/answering/client.ts';
import { LIMITED, type Limited, RateLimiter } from '../../../../src/dataplane/answering/rate-limit.ts';
import { type Address, addressWord, parseAddress } from '../../../../src/net/address.ts';
import { ANSWER_KIND, type ExemptNetwork, type RateLimitSettings } from '../../../../src/snapshot/settings.ts';
import { limitsOf } from '../../../support/rate-limit.ts';

const { PASS, SLIP, DROP } = LIMITED;
const { DATA, NXDOMAIN } = ANSWER_KIND;
const FROM = '192.0.2.1';
const NAME = 7;
const NOON = 1_700_000_000_000;

function addressOf(text: string): Address {
  const address = parseAddress(text);
  if (address === undefined) throw new Error(`no address: ${text}`);
  return address;
}

function clientAt(text: string): ClientAddress {
  const client = new ClientAddress();
  client.setAddress(addressOf(text));
  return client;
}

function exempt(text: string, bits: number): ExemptNetwork {
  const address = addressOf(text);
  const [w0, w1, w2, w3] = [0, 1, 2, 3].map((word) =>
    address.family === 6 || word === 0 ? addressWord(address, word) | 0 : 0,
  );
  return { family: address.family, words: [w0, w1, w2, w3], bits };
}

/** One limiter, and what it says of `count` answers at a time. */
class Limiting {
  readonly #limiter: RateLimiter;
  #nowMs = 0;

  constructor(settings: Partial<RateLimitSettings> = {}, buckets?: number) {
    this.#limiter = new RateLimiter(limitsOf(settings, buckets), () => this.#nowMs);
  }

  judge(count: number, nowMs: number, { from = FROM, kind = DATA as ANSWER_KIND_OF, name = NAME } = {}): Limited[] {
    const client = clientAt(from);
    this.#nowMs = nowMs;
    return Array.from({ length: count }, () => this.#limiter.judge(client, kind, name));
  }

  /** How many of them pass. */
  passing(count: number, nowMs: number, about: Parameters<Limiting['judge']>[2] = {}): number {
    return this.judge(count, nowMs, about).filter((limited) => limited === PASS).length;
  }
}
type ANSWER_KIND_OF = (typeof ANSWER_KIND)[keyof typeof ANSWER_KIND];

describe('rate and burst', () => {
  test.each([1, 2, 3, 7, 10, 200, 333, 999, 12_345])('%i a second: as many at once, and no more', (rate) => {
    expect(new Limiting({ perSecond: [rate] }).passing(rate + 50, NOON)).toBe(rate);
  });

  test('1,000,000 a second, the highest', () => {
    expect(new Limiting({ perSecond: [1_000_000] }).passing(1_000_100, NOON)).toBe(1_000_000);
  });

  test.each([1, 3, 7, 10, 200, 1000])('%i a second, asked for more over a minute: so many, and the burst', (rate) => {
    const limiting = new Limiting({ perSecond: [rate] });
    let passed = 0;
    for (let ms = 0; ms < 60_000; ms += 5) passed += limiting.passing(10, NOON + ms);
    // The last 5 ms are not over; and a rate is kept to a thousandth.
    expect(passed).toBeGreaterThanOrEqual(Math.floor(rate * 60.99));
    expect(passed).toBeLessThanOrEqual(rate * 61 * 1.001 + 1);
  });

  test('below the rate nothing is ever held back', () => {
    const limiting = new Limiting();
    for (let ms = 0; ms < 60_000; ms += 100) expect(limiting.passing(1, NOON + ms)).toBe(1);
  });
});

describe('recovery', () => {
  test.each([
    [0, 0],
    [99, 0],
    [100, 1],
    [199, 1],
    [500, 5],
    [999, 9],
    [1000, 10],
    [1001, 10],
    [86_400_000, 10],
  ])('%i ms after a flood %i of ten a second pass', (passedMs, passing) => {
    const limiting = new Limiting();
    limiting.judge(1000, NOON);
    expect(limiting.passing(50, NOON + passedMs)).toBe(passing);
  });

  test('a flood that goes on does not put it off', () => {
    const limiting = new Limiting();
    let passed = 0;
    for (let ms = 0; ms < 10_000; ms++) passed += limiting.passing(3, NOON + ms);
    expect(passed).toBe(10 + 99);
  });
});

describe('what is counted apart', () => {
  const kinds = Object.entries(ANSWER_KIND);

  test.each(kinds)('the kind %s', (_, kind) => {
    const limiting = new Limiting();
    limiting.judge(50, NOON, { kind });
    for (const [, other] of kinds) expect(limiting.passing(50, NOON, { kind: other })).toBe(other === kind ? 0 : 10);
  });

  test('with a rate of its own each', () => {
    const limiting = new Limiting({ perSecond: [1, 2, 3, 4, 5] });
    expect(kinds.map(([, kind]) => limiting.passing(50, NOON, { kind }))).toEqual([1, 2, 3, 4, 5]);
  });

  test('names', () => {
    const limiting = new Limiting();
    limiting.judge(50, NOON, { name: 1 });
    expect([1, 2, 0, 0x7fff_ffff].map((name) => limiting.passing(50, NOON, { name }))).toEqual([0, 10, 10, 10]);
  });

  test.each<[string, string, boolean, Partial<RateLimitSettings>?]>([
    ['192.0.2.0', '192.0.2.255', true],
    ['192.0.2.255', '192.0.3.0', false],
    ['192.0.2.1', '192.1.2.1', false],
    ['192.0.2.1', '192.0.2.2', false, { ipv4Bits: 32 }],
    ['10.0.0.1', '10.255.255.255', true, { ipv4Bits: 8 }],
    ['10.0.0.1', '127.255.255.255', true, { ipv4Bits: 1 }],
    ['10.0.0.1', '128.0.0.1', false, { ipv4Bits: 1 }],
    ['2001:db8:0:ff::1', '2001:db8:0:0:ffff::', true],
    ['2001:db8:0:ff::1', '2001:db8:0:100::1', false],
    ['2001:db8::1', '2001:db9::1', false],
    ['2001:db8:0:1::1', '2001:db8:0:1:ffff:ffff:ffff:ffff', true, { ipv6Bits: 64 }],
    ['2001:db8:0:1::1', '2001:db8:0:2::1', false, { ipv6Bits: 64 }],
    ['2001:db8::1', '2001:db8:ffff::1', true, { ipv6Bits: 32 }],
    ['2001:db8::1', '2001:dff::1', true, { ipv6Bits: 24 }],
    ['2001:db8::1', '2001:e00::1', false, { ipv6Bits: 24 }],
    ['192.0.2.1', 'c000:201::', false],
  ])('networks: %s and %s, one: %s', (first, second, isOne, settings) => {
    const limiting = new Limiting(settings);
    limiting.judge(50, NOON, { from: first });
    expect(limiting.passing(50, NOON, { from: second })).toBe(isOne ? 0 : 10);
  });
});

describe('slip', () => {
  test.each([
    [0, [DROP, DROP, DROP, DROP, DROP, DROP]],
    [1, [SLIP, SLIP, SLIP, SLIP, SLIP, SLIP]],
    [2, [DROP, SLIP, DROP, SLIP, DROP, SLIP]],
    [3, [DROP, DROP, SLIP, DROP, DROP, SLIP]],
  ])('%i', (slip, expected) => {
    const limiting = new Limiting({ slip });
    expect(limiting.judge(10, NOON)).toEqual(Array(10).fill(PASS));
    expect(limiting.judge(6, NOON)).toEqual(expected);
  });
});

describe('exempt networks', () => {
  test.each([
    ['192.0.2.1', true],
    ['192.0.2.127', true],
    ['192.0.2.128', false],
    ['192.0.3.1', false],
    ['198.51.100.9', true],
    ['198.51.100.8', false],
    ['2001:db8:1:2:3:4:5:6', true],
    ['2001:db8:1:2:3:4:5:7', false],
    ['2001:db8:7::1', true],
    ['2001:db8:8::1', false],
    ['fd00::1', true],
    ['fe00::1', false],
    ['c000:201::', false],
  ])('%s: %s', (from, isExempt) => {
    const limiting = new Limiting({
      exempt: [
        exempt('192.0.2.0', 25),
        exempt('198.51.100.9', 32),
        exempt('2001:db8:1:2:3:4:5:6', 128),
        exempt('2001:db8:7::', 48),
        exempt('fd00::', 8),
      ],
    });
    expect(limiting.passing(100, NOON, { from })).toBe(isExempt ? 100 : 10);
  });

  test.each(['0.0.0.0', '::'])('all of a family: %s/0', (text) => {
    const limiting = new Limiting({ exempt: [exempt(text, 0)] });
    const [v4, v6] = ['192.0.2.1', '2001:db8::1'].map((from) => limiting.passing(100, NOON, { from }));
    expect([v4, v6]).toEqual(text === '::' ? [10, 100] : [100, 10]);
  });
});

describe('a table that is full', () => {
  const networkOf = (index: number): string => `10.${index >> 8}.${index & 255}.1`;

  test('keeps its size, and counts the latest', () => {
    const limits = limitsOf({}, 1024);
    let nowMs = NOON;
    const limiter = new RateLimiter(limits, () => nowMs);
    for (let index = 0; index < 65_536; index++, nowMs++) limiter.judge(clientAt(networkOf(index)), DATA, NAME);
    expect(limits.table.byteLength).toBe(1024 * 16);
    const client = clientAt(networkOf(65_535));
    const limited = Array.from({ length: 50 }, () => limiter.judge(client, DATA, NAME));
    expect(limited.filter((one) => one === PASS)).toHaveLength(9); // and the one before
  });

  // At times of which the lower 32 bits are above and below 0.
  test.each([NOON, NOON + 2 ** 31])('with a single pair of places: the idle one goes (at %i ms)', (nowMs) => {
    const limiting = new Limiting({}, 2);
    const from = (index: number) => ({ from: networkOf(index) });
    for (const index of [1, 2]) limiting.judge(50, nowMs, from(index));
    expect([1, 2].map((index) => limiting.passing(1, nowMs, from(index)))).toEqual([0, 0]);
    limiting.judge(1, nowMs + 500, from(1));
    for (const index of [2, 3]) limiting.judge(50, nowMs + 500, from(index)); // 3 in the place of 1, which was less busy
    expect([2, 3].map((index) => limiting.passing(50, nowMs + 500, from(index)))).toEqual([0, 0]);
    expect(limiting.passing(50, nowMs + 500, from(1))).toBe(10);
  });

  test('a flood from elsewhere in the table does not free a network that goes on', () => {
    const limiting = new Limiting({}, 2);
    limiting.judge(50, NOON);
    for (let index = 0; index < 500; index++) {
      limiting.judge(1, NOON + 1, { from: networkOf(index) });
      expect(limiting.passing(1, NOON + 1)).toBe(0);
    }
  });
});

describe('clocks', () => {
  test('one that is a little behind does not let time pass twice', () => {
    const limiting = new Limiting();
    limiting.judge(50, NOON + 1000);
    let passed = 0;
    // Two workers in turn, of which one is 5 ms late, within the same millisecond.
    for (let turn = 0; turn < 1000; turn++) passed += limiting.passing(1, NOON + 1000 - 5 * (turn % 2));
    expect(passed).toBe(0);
  });

  test.each([1001, 3_600_000, 86_400_000])('one that is set back by %i ms counts on from there', (backMs) => {
    const limiting = new Limiting();
    limiting.judge(50, NOON);
    expect(limiting.passing(50, NOON - backMs)).toBe(10);
    expect(limiting.passing(50, NOON - backMs)).toBe(0);
    expect(limiting.passing(50, NOON - backMs + 100)).toBe(1);
  });

  test('the time is read for every 32nd answer, while nobody is limited', () => {
    let reads = 0;
    const limiter = new RateLimiter(limitsOf(), () => NOON + reads++);
    for (let index = 0; index < 320; index++) expect(limiter.judge(clientAt(FROM), DATA, index)).toBe(PASS);
    expect(reads).toBe(10);
  });

  test('and before anybody is: a time that was read long ago limits nobody', () => {
    const limiting = new Limiting({ perSecond: [1] });
    for (let index = 0; index < 100; index++) {
      expect(limiting.passing(1, NOON + 1000 * index)).toBe(1);
      expect(limiting.passing(1, NOON + 1000 * index + 999)).toBe(0);
    }
  });

  // Where the lower 32 bits change their sign, and where they begin anew.
  test.each([2 ** 31, 2 ** 32, 397 * 2 ** 32, 397 * 2 ** 32 + 2 ** 31])('past %i ms', (edge) => {
    const limiting = new Limiting();
    limiting.judge(50, edge - 50);
    expect(limiting.passing(50, edge + 49)).toBe(0);
    expect(limiting.passing(50, edge + 50)).toBe(1);
  });

  test.each([2 ** 31 - 1, 2 ** 31, 2 ** 31 + 1, 2 ** 32 - 2000])('%i ms of idleness are idleness', (idleMs) => {
    const limiting = new Limiting();
    limiting.judge(50, NOON);
    expect(limiting.passing(50, NOON + idleMs)).toBe(10);
  });
});

test('denials of one zone share a bucket, however many names: they come as one number', () => {
  const limiting = new Limiting();
  expect(limiting.passing(1000, NOON, { kind: NXDOMAIN })).toBe(10);
});

test('workers share a table', () => {
  const limits = limitsOf();
  const [first, second] = [new RateLimiter(limits, () => NOON), new RateLimiter(limits, () => NOON)];
  const client = clientAt(FROM);
  for (let index = 0; index < 10; index++) expect(first.judge(client, DATA, NAME)).toBe(PASS);
  expect(second.judge(client, DATA, NAME)).toBe(DROP);
});
