import { describe, expect, test } from 'vitest';
import { parseAddress } from '../../../src/net/address.ts';
import { contains, formatPrefix, parsePrefix } from '../../../src/net/prefix.ts';

describe('networks', () => {
  test.each([
    ['0.0.0.0/0', '0.0.0.0/0'],
    ['192.0.2.0/24', '192.0.2.0/24'],
    ['192.0.2.1', '192.0.2.1/32'],
    ['10.128.0.0/9', '10.128.0.0/9'],
    ['::/0', '::/0'],
    ['2001:DB8::/32', '2001:db8::/32'],
    ['2001:db8::1', '2001:db8::1/128'],
    ['::ffff:10.0.0.0/104', '::ffff:10.0.0.0/104'],
  ])('%s is %s', (text, canonical) => {
    const parsed = parsePrefix(text);
    expect(parsed.ok && formatPrefix(parsed.prefix)).toBe(canonical);
  });

  test.each([
    ['10.1.2.3/8', /10\.0\.0\.0\/8 is the network, 10\.1\.2\.3 the address/],
    ['10.1.2.128/24', /10\.1\.2\.0\/24/],
    ['2001:db8::1/64', /2001:db8::\/64/],
    ['0.0.0.1/0', /0\.0\.0\.0\/0/],
    ['10.0.0.0/33', /from 0 to 32/],
    ['::/129', /from 0 to 128/],
    ['10.0.0.0/', /from 0 to 32/],
    ['10.0.0.0/08', /from 0 to 32/],
    ['10.0.0.0/-1', /from 0 to 32/],
    ['10.0.0.0/8/8', /not an address or network/],
    ['10.0.0/8', /not an address or network/],
    ['office', /not an address or network/],
  ])('%s is refused', (text, reason) => {
    const parsed = parsePrefix(text);
    expect(parsed.ok ? 'accepted' : parsed.reason).toMatch(reason);
  });
});

test.each([
  ['192.0.2.0/24', '192.0.2.255', true],
  ['192.0.2.0/24', '192.0.3.0', false],
  ['192.0.2.128/25', '192.0.2.127', false],
  ['0.0.0.0/0', '255.0.0.1', true],
  ['0.0.0.0/0', '::1', false],
  ['::/0', '192.0.2.1', false],
  ['2001:db8::/33', '2001:db8:7fff::', true],
  ['2001:db8::/33', '2001:db8:8000::', false],
  ['::1', '::1', true],
])('%s contains %s: %s', (network, text, expected) => {
  const [parsed, address] = [parsePrefix(network), parseAddress(text)];
  expect(parsed.ok && address && contains(parsed.prefix, address)).toBe(expected);
});
