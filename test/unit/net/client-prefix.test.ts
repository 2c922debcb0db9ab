import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Address, addressWord } from '../../../src/net/address.ts';
import { ClientPrefix, hashText, isInShare, mix, rendezvousKey } from '../../../src/net/client-prefix.ts';
import { seedOf } from '../../support/seed.ts';
import { address } from './tries.ts';

function prefixOf(at: Address, ipv4Bits = 24, ipv6Bits = 56, salt = 7): { hash: number; scopeBits: number } {
  const words = [0, 1, 2, 3].map((index) => (at.family === 4 && index > 0 ? 0 : addressWord(at, index) | 0));
  const prefix = new ClientPrefix();
  prefix.set(at.family, words[0], words[1], words[2], words[3], ipv4Bits, ipv6Bits, salt);
  return { hash: prefix.hash, scopeBits: prefix.scopeBits };
}

const of = (text: string, ipv4Bits?: number, ipv6Bits?: number) => prefixOf(address(text), ipv4Bits, ipv6Bits);

describe('a client is known by its network', () => {
  test.each<[string, string, string, boolean]>([
    ['the same /24', '192.0.2.1', '192.0.2.254', true],
    ['another /24', '192.0.2.1', '192.0.3.1', false],
    ['the same /56', '2001:db8:0:ff00::1', '2001:db8:0:ffff:1::', true],
    ['another /56', '2001:db8:0:ff00::1', '2001:db8:1::1', false],
    ['IPv4-compatible', '192.0.2.1', '::192.0.2.9', true],
    ['IPv4-mapped', '192.0.2.1', '::ffff:192.0.2.9', true],
    ['IPv4-translated', '192.0.2.1', '::ffff:0:192.0.2.9', true],
    ['NAT64', '192.0.2.1', '64:ff9b::192.0.2.9', true],
    ['6to4', '192.0.2.1', '2002:c000:0209:1::1', true],
    ['Teredo', '192.0.2.1', '2001:0:4136:e378:8000:63bf:3fff:fdf6', true],
    ['an IPv6 address that begins alike', '32.1.13.184', '2001:db8::', false],
  ])('%s', (_name, one, other, isSame) => {
    expect(of(one).hash === of(other).hash).toBe(isSame);
  });

  test.each<[string, number]>([
    ['192.0.2.1', 24],
    ['::192.0.2.1', 120],
    ['::ffff:192.0.2.1', 120],
    ['::ffff:0:192.0.2.1', 120],
    ['64:ff9b::192.0.2.1', 120],
    ['2002:c000:0201::1', 40],
    ['2001:0:4136:e378:8000:63bf:3fff:fdfe', 120],
    ['2001:db8::1', 56],
    // Around these, a /56 would hold addresses with IPv4 addresses in them.
    ['::', 127],
    ['::1', 127],
    ['::1:0:0:1', 80],
    ['::8000:0:0:0', 66],
    ['::fffe:0:1', 96],
    ['64:ff9b:0:0:1::', 80],
    ['0:1::', 56],
    ['64:ff9b:1::', 56],
  ])('%s by its first %i bits', (text, scopeBits) => {
    expect(of(text).scopeBits).toBe(scopeBits);
  });

  test.each<[string, number]>([
    ['2001:1::', 32], // beside 2001::/32
    ['2001:db8::', 21],
    ['2003::', 16], // beside 2002::/16
    ['2400::', 8],
    ['0:1::', 32], // beside ::/96
    ['65::', 16], // beside 64:ff9b::/96
    ['fe80::', 8],
  ])('%s by at least its first %i, where that is less than they are told apart by', (text, scopeBits) => {
    expect(of(text, 24, 8).scopeBits).toBe(scopeBits);
  });

  test('the whole of the network that it says is one client', () => {
    const octet = fc.constantFrom(0, 1, 0x20, 0x64, 0x9b, 0xff);
    const heads = fc.constantFrom<readonly number[]>(
      ...[[], [0x20, 1, 0, 0], [0x20, 2], [0, 0x64, 0xff, 0x9b], Array(10).fill(0), Array(12).fill(0)],
    );
    const any6 = fc
      .tuple(heads, fc.array(octet, { minLength: 16, maxLength: 16 }))
      .map(([head, rest]): Address => ({ family: 6, bytes: Uint8Array.from([...head, ...rest].slice(0, 16)) }));
    fc.assert(
      fc.property(
        any6,
        any6,
        fc.integer({ min: 8, max: 32 }),
        fc.integer({ min: 8, max: 64 }),
        (at, noise, bits4, bits6) => {
          const { hash, scopeBits } = prefixOf(at, bits4, bits6);
          const bytes = at.bytes.map((byte, index) => {
            const kept = Math.min(8, Math.max(0, scopeBits - 8 * index));
            const mask = (0xff00 >> kept) & 0xff;
            return (byte & mask) | (noise.bytes[index] & ~mask);
          });
          expect(prefixOf({ family: 6, bytes }, bits4, bits6)).toEqual({ hash, scopeBits });
        },
      ),
      { seed: seedOf('networks of clients'), numRuns: 3000 },
    );
  });
});

describe('shares', () => {
  const hashes = Array.from(
    { length: 100_000 },
    (_, index) => prefixOf(address(`${(index >> 16) | 16}.${(index >> 8) & 255}.${index & 255}.1`)).hash,
  );

  test.each([0, 0.001, 0.05, 0.5, 0.999])('of %d', (share) => {
    const threshold = Math.round(share * 2 ** 31);
    const taken = hashes.filter((hash) => isInShare(hash, threshold)).length;
    expect(Math.abs(taken / hashes.length - share)).toBeLessThan(0.01);
    if (share === 0) expect(taken).toBe(0);
  });

  test('those of a smaller share are of the larger one, too', () => {
    const [small, large] = [0.1, 0.2].map((share) => hashes.filter((hash) => isInShare(hash, share * 2 ** 31)));
    expect(small.every((hash) => large.includes(hash))).toBe(true);
  });

  test('another salt takes other clients: of a tenth, a tenth again', () => {
    const at = Array.from({ length: 20_000 }, (_, index) => address(`10.${index >> 8}.${index & 255}.1`));
    const tenth = 0.1 * 2 ** 31;
    const both = at.filter(
      (one) =>
        isInShare(prefixOf(one, 24, 56, hashText('a')).hash, tenth) &&
        isInShare(prefixOf(one, 24, 56, hashText('b')).hash, tenth),
    );
    expect(Math.abs(both.length / at.length - 0.01)).toBeLessThan(0.005);
  });
});

test('every bit of both changes what is mixed of them', () => {
  for (let bit = 0; bit < 32; bit++) {
    expect(mix(1 << bit, 5)).not.toBe(mix(0, 5));
    expect(mix(5, 1 << bit)).not.toBe(mix(5, 0));
  }
});

test('the more weight, the lesser the key', () => {
  expect(rendezvousKey(1, 2, 10)).toBeCloseTo(rendezvousKey(1, 2, 1) / 10);
  expect(rendezvousKey(1, 2, 1)).toBeGreaterThan(0);
});
