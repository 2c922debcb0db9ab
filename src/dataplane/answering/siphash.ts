/**
 * SipHash-2-4 (Aumasson and Bernstein 2012), the keyed hash of DNS server cookies (RFC 9018 section 4.4): 64 bits from
 * a key of 16 octets. It works on pairs of 32-bit words, since JavaScript's 64-bit integers allocate. It is all in one
 * function, so that the words stay in registers.
 */
export class SipHash {
  /** The hash, as the 32-bit halves of a little-endian number: `low` is octets 0 to 3. */
  low = 0;
  high = 0;

  /**
   * Hashes the first `bytes` octets of `words`, which are little-endian. The octets after them, up to the end of the
   * second word from there, must be zero. The key has four words.
   */
  hash(key: Int32Array, words: Int32Array, bytes: number): void {
    let a0 = key[0] ^ 0x70736575;
    let a1 = key[1] ^ 0x736f6d65;
    let b0 = key[2] ^ 0x6e646f6d;
    let b1 = key[3] ^ 0x646f7261;
    let c0 = key[0] ^ 0x6e657261;
    let c1 = key[1] ^ 0x6c796765;
    let d0 = key[2] ^ 0x79746573;
    let d1 = key[3] ^ 0x74656462;
    // Blocks of 8 octets. The last one has the length in its top octet, and may have nothing else. Then comes the end,
    // which is not a block.
    const blocks = (bytes >> 3) + 1;
    for (let block = 0; block <= blocks; block++) {
      const isEnd = block === blocks;
      const m0 = isEnd ? 0 : words[2 * block];
      const m1 = isEnd ? 0 : block === blocks - 1 ? words[2 * block + 1] | (bytes << 24) : words[2 * block + 1];
      if (isEnd) c0 ^= 0xff;
      d0 ^= m0;
      d1 ^= m1;
      for (let round = isEnd ? 4 : 2; round > 0; round--) {
        // a += b; b <<<= 13; b ^= a; a <<<= 32
        let low = (a0 + b0) | 0;
        let high = (a1 + b1 + carry(low, a0, b0)) | 0;
        let other = ((b0 << 13) | (b1 >>> 19)) ^ low;
        b1 = ((b1 << 13) | (b0 >>> 19)) ^ high;
        b0 = other;
        a0 = high;
        a1 = low;
        // c += d; d <<<= 16; d ^= c
        low = (c0 + d0) | 0;
        c1 = (c1 + d1 + carry(low, c0, d0)) | 0;
        c0 = low;
        other = ((d0 << 16) | (d1 >>> 16)) ^ c0;
        d1 = ((d1 << 16) | (d0 >>> 16)) ^ c1;
        d0 = other;
        // a += d; d <<<= 21; d ^= a
        low = (a0 + d0) | 0;
        a1 = (a1 + d1 + carry(low, a0, d0)) | 0;
        a0 = low;
        other = ((d0 << 21) | (d1 >>> 11)) ^ a0;
        d1 = ((d1 << 21) | (d0 >>> 11)) ^ a1;
        d0 = other;
        // c += b; b <<<= 17; b ^= c; c <<<= 32
        low = (c0 + b0) | 0;
        high = (c1 + b1 + carry(low, c0, b0)) | 0;
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
 * The carry of the sum of two low words (Warren, Hacker's Delight, section 2-16). It is made from bits: the processor
 * predicts a comparison of random numbers wrongly every second time, and that took longer than all the rest.
 */
function carry(sum: number, a: number, b: number): number {
  return ((a & b) | ((a | b) & ~sum)) >>> 31;
}
