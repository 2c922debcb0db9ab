import { describe, expect, test } from 'vitest';
import { LIMITED } from '../../../../src/dataplane/answering/rate-limit.ts';
import { addressWord } from '../../../../src/net/address.ts';
import { ANSWER_KIND, type ClientNetwork, type RateLimitSettings } from '../../../../src/snapshot/settings.ts';
import { addressOf, Limiting } from '../../../support/rate-limit.ts';

const { PASS, SLIP, DROP } = LIMITED;
const { NXDOMAIN } = ANSWER_KIND;
const NOON = 1_700_000_000_000;

function exempt(text: string, bits: number): ClientNetwork {
  const address = addressOf(text);
  const [w0, w1, w2, w3] = [0, 1, 2, 3].map((word) =>
    address.family === 6 || word === 0 ? addressWord(address, word) | 0 : 0,
  );
  return { family: address.family, words: [w0, w1, w2, w3], bits };
}

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

test('denials of one zone share a bucket, however many names: they come as one number', () => {
  const limiting = new Limiting();
  expect(limiting.passing(1000, NOON, { kind: NXDOMAIN })).toBe(10);
});
