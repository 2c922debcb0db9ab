/**
 * SipHash-2-4 (Aumasson and Bernstein 2012), the keyed hash of DNS server cookies (RFC 9018 section 4.4): 64 bits from
 * a key of 16 octets. In pairs of 32-bit words, since JavaScript has no 64-bit integers that cost no allocation; and all
 * in one function, so that they stay in registers.
 */
export class SipHash {
  /** The hash, as the 32-bit halves of a little-endian number: `low` is octets 0 to 3. */
  low = 0;
  high = 0;

  /** Hashes `octets[start, start + length)`. */
  hash(key: Uint8Array, octets: Uint8Array, start: number, length: number): void {
    let a0 = word(key, 0) ^ 0x70736575;
    let a1 = word(key, 4) ^ 0x736f6d65;
    let b0 = word(key, 8) ^ 0x6e646f6d;
    let b1 = word(key, 12) ^ 0x646f7261;
    let c0 = word(key, 0) ^ 0x6e657261;
    let c1 = word(key, 4) ^ 0x6c796765;
    let d0 = word(key, 8) ^ 0x79746573;
    let d1 = word(key, 12) ^ 0x74656462;
    const end = start + length;
    // Blocks of 8 octets; the last, which may be empty but for the length on top; and then the end, which is no block.
    const blocks = (length >> 3) + 1;
    for (let block = 0; block <= blocks; block++) {
      const at = start + 8 * block;
      const isEnd = block === blocks;
      const isLast = block === blocks - 1;
      const m0 = isEnd ? 0 : isLast ? rest(octets, at, end) : word(octets, at);
      const m1 = isEnd ? 0 : isLast ? rest(octets, at + 4, end) | (length << 24) : word(octets, at + 4);
      if (isEnd) c0 ^= 0xff;
      d0 ^= m0;
      d1 ^= m1;
      for (let round = isEnd ? 4 : 2; round > 0; round--) {
        // a += b; b <<<= 13; b ^= a; a <<<= 32
        let low = (a0 + b0) | 0;
        let high = (a1 + b1 + carry(low, a0)) | 0;
        let other = ((b0 << 13) | (b1 >>> 19)) ^ low;
        b1 = ((b1 << 13) | (b0 >>> 19)) ^ high;
        b0 = other;
        a0 = high;
        a1 = low;
        // c += d; d <<<= 16; d ^= c
        low = (c0 + d0) | 0;
        c1 = (c1 + d1 + carry(low, c0)) | 0;
        c0 = low;
        other = ((d0 << 16) | (d1 >>> 16)) ^ c0;
        d1 = ((d1 << 16) | (d0 >>> 16)) ^ c1;
        d0 = other;
        // a += d; d <<<= 21; d ^= a
        low = (a0 + d0) | 0;
        a1 = (a1 + d1 + carry(low, a0)) | 0;
        a0 = low;
        other = ((d0 << 21) | (d1 >>> 11)) ^ a0;
        d1 = ((d1 << 21) | (d0 >>> 11)) ^ a1;
        d0 = other;
        // c += b; b <<<= 17; b ^= c; c <<<= 32
        low = (c0 + b0) | 0;
        high = (c1 + b1 + carry(low, c0)) | 0;
        other = ((b0 << 17) | (b1 >>> 15)) ^ low;
        b1 = ((b1 << 17) | (b0 >>> 15)) ^ high;
        b0 = other;
        c0 = high;
        c1 = low;
      }
      a0 ^= m0;
      a1 ^= m1;
    }
    this.low = a0 ^ b0 ^ c0 ^ d0;
    this.high = a1 ^ b1 ^ c1 ^ d1;
  }
}

/**
 * What the sum of two low words carries: it is smaller than either, then. By bits, as a comparison of what is random is
 * foretold wrongly every second time: that took longer than all the rest.
 */
function carry(sum: number, summand: number): number {
  return ((summand & ~sum) | ((summand | ~sum) & (sum - summand))) >>> 31;
}

function word(octets: Uint8Array, at: number): number {
  return octets[at] | (octets[at + 1] << 8) | (octets[at + 2] << 16) | (octets[at + 3] << 24);
}

/** A word of which only the octets before `end` are there. */
function rest(octets: Uint8Array, at: number, end: number): number {
  let value = 0;
  for (let index = Math.min(4, end - at) - 1; index >= 0; index--) value = (value << 8) | octets[at + index];
  return value;
}
