import type { CookieSettings } from '../../snapshot/settings.ts';
import type { ClientAddress } from './client.ts';
import { SipHash } from './siphash.ts';
import { write32 } from './write.ts';

export const CLIENT_COOKIE_BYTES = 8;
/** Version, three reserved octets, a time stamp, and the hash (RFC 9018 section 4). */
export const SERVER_COOKIE_BYTES = 16;

const VERSION = 1;
const TIME_AT = CLIENT_COOKIE_BYTES + 4;
const HASH_AT = CLIENT_COOKIE_BYTES + 8;

/** RFC 9018 section 4.3: an hour back, and five minutes ahead for clocks that differ; after half an hour a new one is made. */
const AGE_SECONDS_MAX = 3600;
const AHEAD_SECONDS_MAX = 300;
const RENEW_SECONDS = 1800;

/** What a query's COOKIE option proves. */
export const COOKIE = {
  /** There was none, or only the client's part, or a server's part that is not (or no longer) ours. */
  UNPROVEN: 0,
  /** Whoever sends it receives at the address it sends from. */
  GOOD: 1,
} as const;
export type Cookie = (typeof COOKIE)[keyof typeof COOKIE];

/**
 * DNS cookies (RFC 7873) in the form of RFC 9018, so that servers of different make that share a secret accept each
 * other's. Holds scratch: checking and making one allocates nothing.
 */
export class Cookies {
  readonly #settings: CookieSettings;
  readonly #sip = new SipHash();
  /** What is hashed: client cookie, version, reserved, time stamp, the client's address. */
  readonly #input = new Uint8Array(HASH_AT + 16);
  /** Of the cookie last checked. */
  #isFresh = false;

  constructor(settings: CookieSettings) {
    this.#settings = settings;
  }

  get isRequired(): boolean {
    return this.#settings.isRequired;
  }

  /** Judges the option's data, the first `length` octets of `cookie`: 8, or 8 and a server's part. */
  check(cookie: Uint8Array, length: number, client: ClientAddress, nowSeconds: number): Cookie {
    this.#isFresh = false;
    if (length !== CLIENT_COOKIE_BYTES + SERVER_COOKIE_BYTES || cookie[CLIENT_COOKIE_BYTES] !== VERSION) {
      return COOKIE.UNPROVEN;
    }
    // Serial number arithmetic (RFC 1982), as section 4.3 asks: 32 bits of seconds run over in 2106.
    const age = (nowSeconds - read32(cookie, TIME_AT)) | 0;
    if (age > AGE_SECONDS_MAX || age < -AHEAD_SECONDS_MAX) return COOKIE.UNPROVEN;
    for (let index = 0; index < HASH_AT; index++) this.#input[index] = cookie[index];
    const inputBytes = this.#addAddress(client);
    for (const secret of this.#settings.secrets) {
      this.#sip.hash(secret, this.#input, 0, inputBytes);
      if (!this.#isHash(cookie)) continue;
      // One made with another secret than the first is replaced: that secret is on its way out.
      this.#isFresh = age < RENEW_SECONDS && secret === this.#settings.secrets[0];
      return COOKIE.GOOD;
    }
    return COOKIE.UNPROVEN;
  }

  /**
   * Writes the data of the response's option: the client's part as it came in `cookie`, and a server's part, which is the
   * one it brought while that is good and young. For the query that was checked last.
   */
  write(out: Uint8Array, outAt: number, cookie: Uint8Array, client: ClientAddress, nowSeconds: number): void {
    const known = this.#isFresh ? HASH_AT + 8 : CLIENT_COOKIE_BYTES;
    for (let index = 0; index < known; index++) out[outAt + index] = cookie[index];
    if (this.#isFresh) return;
    out[outAt + CLIENT_COOKIE_BYTES] = VERSION;
    for (let index = 1; index < 4; index++) out[outAt + CLIENT_COOKIE_BYTES + index] = 0;
    write32(out, outAt + TIME_AT, nowSeconds);
    for (let index = 0; index < HASH_AT; index++) this.#input[index] = out[outAt + index];
    this.#sip.hash(this.#settings.secrets[0], this.#input, 0, this.#addAddress(client));
    writeLittle32(out, outAt + HASH_AT, this.#sip.low);
    writeLittle32(out, outAt + HASH_AT + 4, this.#sip.high);
  }

  /** Puts the client's address behind the rest of what is hashed. Returns how much that is in all. */
  #addAddress(client: ClientAddress): number {
    write32(this.#input, HASH_AT, client.w0);
    if (client.family === 4) return HASH_AT + 4;
    write32(this.#input, HASH_AT + 4, client.w1);
    write32(this.#input, HASH_AT + 8, client.w2);
    write32(this.#input, HASH_AT + 12, client.w3);
    return HASH_AT + 16;
  }

  /** Compares without leaving early, so that timing tells nothing of the hash. */
  #isHash(cookie: Uint8Array): boolean {
    let difference = 0;
    for (let index = 0; index < 8; index++) {
      const half = index < 4 ? this.#sip.low : this.#sip.high;
      difference |= cookie[HASH_AT + index] ^ ((half >>> (8 * (index & 3))) & 0xff);
    }
    return difference === 0;
  }
}

function read32(octets: Uint8Array, at: number): number {
  return (octets[at] << 24) | (octets[at + 1] << 16) | (octets[at + 2] << 8) | octets[at + 3];
}

function writeLittle32(octets: Uint8Array, at: number, value: number): void {
  octets[at] = value;
  octets[at + 1] = value >> 8;
  octets[at + 2] = value >> 16;
  octets[at + 3] = value >> 24;
}
