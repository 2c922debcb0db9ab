import { expect, test } from 'vitest';
import { SipHash } from '../../../../src/dataplane/answering/siphash.ts';

const words = (octets: Uint8Array): Int32Array => new Int32Array(octets.buffer);
const key = words(Uint8Array.from({ length: 16 }, (_, index) => index));

/** The 64-bit hash of the octets 00, 01, 02 ..., as the authors print it: most significant octet first. */
function hash(sip: SipHash, length: number): string {
  sip.hash(key, words(Uint8Array.from({ length: 24 }, (_, index) => (index < length ? index : 0))), length);
  return [sip.high, sip.low].map((half) => (half >>> 0).toString(16).padStart(8, '0')).join('');
}

// SipHash-2-4 under the key 00 .. 0f; the 15-octet one is the paper's own (appendix A).
test.each([
  [0, '726fdb47dd0e0e31'],
  [1, '74f839c593dc67fd'],
  [7, 'ab0200f58b01d137'],
  [8, '93f5f5799a932462'],
  [15, 'a129ca6149be45e5'],
])('of %i octets', (length, expected) => {
  const sip = new SipHash();
  expect(hash(sip, length)).toBe(expected);
  expect(hash(sip, length), 'with nothing kept of what it hashed before').toBe(expected);
});
