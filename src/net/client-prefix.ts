/**
 * The network that stands for a client where clients are told apart by their addresses (sticky answers, canaries): so
 * many bits of the address, of an IPv4 address inside an IPv6 one its IPv4 bits. Integers in, integers out, so that the
 * data plane and whoever explains it tell clients apart alike.
 */
export class ClientPrefix {
  /** A hash of the prefix and a salt, 32 bits, as a signed integer. */
  hash = 0;
  /** The length of the network that shares it, in the family of the address. */
  scopeBits = 0;

  /**
   * Takes an address as 32-bit words in network order (IPv4: the first word); `ipv4Bits` up to 32, `ipv6Bits` up to 64.
   */
  set(
    family: 4 | 6,
    word0: number,
    word1: number,
    word2: number,
    word3: number,
    ipv4Bits: number,
    ipv6Bits: number,
    salt: number,
  ): void {
    if (family === 4) {
      this.#set(4, masked(word0, ipv4Bits), 0, ipv4Bits, salt);
      return;
    }
    // The forms of net/embedded.ts; with the complement, as Teredo has it, the bits before the address count too.
    if (word0 >>> 16 === 0x2002) {
      this.#set(4, masked((word0 << 16) | (word1 >>> 16), ipv4Bits), 0, 16 + ipv4Bits, salt);
    } else if (word0 === 0x2001_0000) {
      this.#set(4, masked(~word3, ipv4Bits), 0, 96 + ipv4Bits, salt);
    } else if (isPlainForm(word0, word1, word2, word3)) {
      const prefix = masked(word3, ipv4Bits);
      // `::` and `::1` lie in 0.0.0.0/8 of the IPv4-compatible ones, and carry no address.
      const isBesideThem = prefix === 0 && word0 === 0 && word2 === 0;
      this.#set(4, prefix, 0, 96 + (isBesideThem ? Math.clz32(word3) + 1 : ipv4Bits), salt);
    } else {
      const scopeBits = Math.max(ipv6Bits, bitsApart(word0, word1, word2));
      this.#set(6, masked(word0, Math.min(ipv6Bits, 32)), masked(word1, ipv6Bits - 32), scopeBits, salt);
    }
  }

  #set(family: number, word0: number, word1: number, scopeBits: number, salt: number): void {
    this.hash = mix(mix(mix(salt, word0), word1), family);
    this.scopeBits = scopeBits;
  }
}

/**
 * One 32-bit integer of two: the rounds of MurmurHash3 (Appleby, public domain), every bit of both changes every bit of
 * it.
 */
export function mix(a: number, b: number): number {
  let h = a ^ Math.imul(rotate15(Math.imul(b, 0xcc9e2d51)), 0x1b873593);
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}

/** 32 bits of a text, for salts and for names that are mixed in (FNV-1a, Fowler, Noll and Vo). */
export function hashText(text: string): number {
  let hash = 0x811c9dc5;
  for (const octet of Buffer.from(text)) hash = Math.imul(hash ^ octet, 0x01000193);
  return hash | 0;
}

/** Whether the hash falls into a share of clients, in 2^31 parts. */
export function isInShare(hash: number, threshold: number): boolean {
  return hash >>> 1 < threshold;
}

/**
 * The key of one endpoint for a client, in weighted rendezvous hashing: the endpoint of the least key is the client's.
 * An exponential variate with the weight as its rate: each endpoint is least in proportion to its weight.
 */
export function rendezvousKey(prefixHash: number, endpointId: number, weight: number): number {
  const uniform = ((mix(prefixHash, endpointId) >>> 0) + 0.5) / 0x1_0000_0000;
  return -Math.log(uniform) / weight;
}

function rotate15(word: number): number {
  return (word << 15) | (word >>> 17);
}

/** The first bits of a word; none for 0 and less. */
function masked(word: number, bits: number): number {
  if (bits <= 0) return 0;
  return bits >= 32 ? word | 0 : word & (-1 << (32 - bits));
}

/**
 * How long a network around an address without an IPv4 address in it must be to hold none with one: those are other
 * clients, though their first bits may be the same.
 */
function bitsApart(word0: number, word1: number, word2: number): number {
  if (word0 === 0 || word0 === 0x0064_ff9b) {
    if (word1 !== 0) return 33 + Math.clz32(word1);
    if (word0 !== 0) return 65 + Math.clz32(word2);
    if (word2 === 0) return 127; // `::` and `::1`, alone among the IPv4-compatible ones
    return 65 + Math.max(Math.clz32(word2), Math.clz32(word2 ^ 0xffff), Math.clz32(word2 ^ 0xffff_0000));
  }
  const beside = Math.max(Math.clz32(word0), Math.clz32(word0 ^ 0x0064_ff9b));
  return 1 + Math.max(beside, Math.clz32(word0 ^ 0x2001_0000), Math.clz32((word0 ^ 0x2002_0000) >>> 16) - 16);
}

/** IPv4-compatible but `::` and `::1`, -mapped, -translated, and NAT64. */
function isPlainForm(word0: number, word1: number, word2: number, word3: number): boolean {
  if (word1 !== 0) return false;
  if (word0 === 0x0064_ff9b) return word2 === 0;
  if (word0 !== 0) return false;
  return word2 === 0 ? word3 >>> 1 !== 0 : word2 === 0xffff || word2 === (0xffff_0000 | 0);
}
