import { expect, test } from 'vitest';
import { SipHash } from '../../../../src/dataplane/answering/siphash.ts';

const key = Uint8Array.from({ length: 16 }, (_, index) => index);
const octets = Uint8Array.from({ length: 64 }, (_, index) => index);

/** The 64-bit result as the authors print it: most significant octet first. */
function hash(length: number, start = 0, of = octets): string {
  const sip = new SipHash();
  sip.hash(key, of, start, length);
  return [sip.high, sip.low].map((half) => (half >>> 0).toString(16).padStart(8, '0')).join('');
}

// SipHash-2-4 of the octets 00, 01, 02 ... under the key 00 .. 0f; the 15-octet one is the paper's own (appendix A).
test.each([
  [0, '726fdb47dd0e0e31'],
  [1, '74f839c593dc67fd'],
  [7, 'ab0200f58b01d137'],
  [8, '93f5f5799a932462'],
  [15, 'a129ca6149be45e5'],
])('of %i octets', (length, expected) => {
  expect(hash(length)).toBe(expected);
});

test('starts where it is told, and keeps nothing of what it hashed before', () => {
  const shifted = Uint8Array.from([9, 9, 9, ...octets]);
  expect(hash(15, 3, shifted)).toBe(hash(15));
});
