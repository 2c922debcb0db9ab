/**
 * SipHash-2-4 (Aumasson and Bernstein 2012), the keyed hash of DNS server cookies (RFC 9018 section 4.4): 64 bits from
 * a key of 16 octets. In pairs of 32-bit words, since JavaScript has no 64-bit integers that cost no allocation. One
 * object holds the state and is used again and again.
 */
export class SipHash {
  /** The hash, as the 32-bit halves of a little-endian number: `low` is octets 0 to 3. */
  low = 0;
  high = 0;
  /** v0 to v3, each low word first. */
  readonly #v = new Int32Array(8);

  /** Hashes `octets[start, start + length)`. */
  hash(key: Uint8Array, octets: Uint8Array, start: number, length: number): void {
    const v = this.#v;
    v[0] = word(key, 0) ^ 0x70736575;
    v[1] = word(key, 4) ^ 0x736f6d65;
    v[2] = word(key, 8) ^ 0x6e646f6d;
    v[3] = word(key, 12) ^ 0x646f7261;
    v[4] = word(key, 0) ^ 0x6e657261;
    v[5] = word(key, 4) ^ 0x6c796765;
    v[6] = word(key, 8) ^ 0x79746573;
    v[7] = word(key, 12) ^ 0x74656462;
    const end = start + (length & ~7);
    for (let at = start; at < end; at += 8) this.#absorb(word(octets, at), word(octets, at + 4));
    this.#absorbTail(octets, end, length);
    v[4] ^= 0xff;
    for (let round = 0; round < 4; round++) this.#round();
    this.low = v[0] ^ v[2] ^ v[4] ^ v[6];
    this.high = v[1] ^ v[3] ^ v[5] ^ v[7];
  }

  /** The last block: what is left over, and the length's low octet on top. */
  #absorbTail(octets: Uint8Array, at: number, length: number): void {
    let low = 0;
    let high = length << 24;
    for (let index = 0; index < (length & 7); index++) {
      if (index < 4) low |= octets[at + index] << (8 * index);
      else high |= octets[at + index] << (8 * (index - 4));
    }
    this.#absorb(low, high);
  }

  #absorb(low: number, high: number): void {
    this.#v[6] ^= low;
    this.#v[7] ^= high;
    this.#round();
    this.#round();
    this.#v[0] ^= low;
    this.#v[1] ^= high;
  }

  #round(): void {
    this.#add(0, 2);
    this.#rotate(2, 13);
    this.#xor(2, 0);
    this.#rotate(0, 32);
    this.#add(4, 6);
    this.#rotate(6, 16);
    this.#xor(6, 4);
    this.#add(0, 6);
    this.#rotate(6, 21);
    this.#xor(6, 0);
    this.#add(4, 2);
    this.#rotate(2, 17);
    this.#xor(2, 4);
    this.#rotate(4, 32);
  }

  #add(to: number, from: number): void {
    const v = this.#v;
    const low = (v[to] >>> 0) + (v[from] >>> 0);
    v[to] = low;
    v[to + 1] = v[to + 1] + v[from + 1] + (low > 0xffff_ffff ? 1 : 0);
  }

  #xor(to: number, from: number): void {
    this.#v[to] ^= this.#v[from];
    this.#v[to + 1] ^= this.#v[from + 1];
  }

  #rotate(at: number, bits: number): void {
    const v = this.#v;
    const low = v[at];
    const high = v[at + 1];
    if (bits === 32) {
      v[at] = high;
      v[at + 1] = low;
      return;
    }
    v[at] = (low << bits) | (high >>> (32 - bits));
    v[at + 1] = (high << bits) | (low >>> (32 - bits));
  }
}

function word(octets: Uint8Array, at: number): number {
  return octets[at] | (octets[at + 1] << 8) | (octets[at + 2] << 16) | (octets[at + 3] << 24);
}
