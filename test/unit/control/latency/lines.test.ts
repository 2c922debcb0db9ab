import { describe, expect, test } from 'vitest';
import { networkOf, readLines, type Sender } from '../../../../src/control/latency/lines.ts';
import { parseAddress } from '../../../../src/net/address.ts';

const REGIONS = new Set(['eu', 'us']);
const BROWSER = { source: '203.0.113.0/24', isTrusted: false, network: '203.0.113.0/24' } as const;
const AGENT = { source: 'eu-1', isTrusted: true } as const;

const read = (text: string, sender: Sender = BROWSER, linesMax = 10) =>
  readLines(text, sender, REGIONS, linesMax, 1000);

describe('a line', () => {
  test.each([
    ['no JSON', 'hello', 'malformed'],
    ['no object', '7', 'malformed'],
    ['no region', '{"rttMs":5}', 'malformed'],
    ['a time that is text', '{"region":"eu","rttMs":"5"}', 'malformed'],
    ['a region of somebody else', '{"region":"mars","rttMs":5}', 'unknown-region'],
    ['no time at all', '{"region":"eu","rttMs":0}', 'not-positive'],
    ['a negative time', '{"region":"eu","rttMs":-4}', 'not-positive'],
    ['a time of hours', '{"region":"eu","rttMs":1e9}', 'absurd-time'],
    ['a time beyond numbers', '{"region":"eu","rttMs":1e999}', 'absurd-time'],
  ])('with %s is refused, and the others are read', (_what, line, why) => {
    const { measurements, refused } = read(`{"region":"eu","rttMs":5}\n${line}\n\n{"region":"us","rttMs":90}`);
    expect(refused).toEqual([{ line: 2, why }]);
    expect(measurements.map(({ region, rttMs }) => [region, rttMs])).toEqual([
      ['eu', 5],
      ['us', 90],
    ]);
  });

  test('of a browser is of its own network, whatever it says', () => {
    const [one] = read('{"region":"eu","rttMs":5,"network":"198.51.100.0/24"}').measurements;
    expect(one).toEqual({ ...BROWSER, region: 'eu', rttMs: 5, atMs: 1000 });
  });

  test.each([
    ['"network":"198.51.100.0/24"', '198.51.100.0/24'],
    ['"network":"198.51.100.64/26"', '198.51.100.0/24'],
    ['"address":"198.51.100.7"', '198.51.100.0/24'],
    ['"address":"::ffff:198.51.100.7"', '198.51.100.0/24'],
    ['"address":"2001:db8:1:234::9"', '2001:db8:1:200::/56'],
    ['"network":"198.51.0.0/16"', undefined],
    ['"network":"198.51.100.7/24"', undefined],
    ['"address":7', undefined],
    ['"address":"fe80::1%eth0"', undefined],
    ['"address":" 198.51.100.7"', undefined],
    ['"address":"198.51.100.007"', undefined],
    ['"network":"fe80::%eth0/64"', undefined],
    ['"x":1', undefined],
  ])('of an agent with %s', (client, network) => {
    const { measurements, refused } = read(`{"region":"eu","rttMs":5,${client}}`, AGENT);
    expect(measurements[0]?.network).toBe(network);
    expect(refused.map(({ why }) => why)).toEqual(network === undefined ? ['bad-network'] : []);
  });

  test('beyond the bound is refused', () => {
    const { measurements, refused } = read('{"region":"eu","rttMs":5}\n'.repeat(4), BROWSER, 3);
    expect([measurements.length, refused]).toEqual([3, [{ line: 4, why: 'too-many-lines' }]]);
  });
});

test('a byte order mark before the first line is no part of it', () => {
  expect(read('\uFEFF{"region":"eu","rttMs":5}').refused).toEqual([]);
});

test('a network has nothing of its addresses', () => {
  expect(networkOf(parseAddress('203.0.113.77')!)).toBe('203.0.113.0/24');
  expect(networkOf(parseAddress('2002:cb00:714d::1')!)).toBe('203.0.113.0/24');
});
