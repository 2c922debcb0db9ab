import type { Query } from '../../dns/query.ts';
import * as Queries from '../../dns/query.ts';
import type { CookieSettings } from '../../snapshot/settings.ts';
import type { ClientAddress } from './client.ts';
import { SipHash } from './siphash.ts';
import { write32, writeLittle32 } from './write.ts';

// Bound in this module: V8 would look an imported constant up again at each use.
const { COOKIE_BYTES } = Queries;

/** What a response's COOKIE option has: the client's part, and ours. */
export const COOKIE_DATA_BYTES = COOKIE_BYTES.CLIENT + COOKIE_BYTES.SERVER;

/** The first word of our part: the version is 1, and the three octets behind it are reserved (RFC 9018 section 4). */
const VERSION_WORD = 1;
const VERSION_MASK = 0xff;

/**
 * RFC 9018 section 4.3: a cookie is good for an hour, and up to five minutes ahead, since clocks differ. After half an
 * hour a new one is made.
 */
const AGE_SECONDS_MAX = 3600;
const AHEAD_SECONDS_MAX = 300;
const RENEW_SECONDS = 1800;

/** Where the words of what is hashed stand (section 4.4): client cookie, version and reserved, time stamp, address. */
const INPUT = { CLIENT: 0, VERSION: 2, TIME: 3, ADDRESS: 4, WORDS: 10 } as const;
const INPUT_BYTES = { 4: 20, 6: 32 } as const;

/** What a query's COOKIE option proves. */
export const COOKIE = {
  /** There was none, or only the client's part, or a server's part that is not (or no longer) ours. */
  UNPROVEN: 0,
  /** The sender receives at the address that it sends from. */
  GOOD: 1,
} as const;
export type Cookie = (typeof COOKIE)[keyof typeof COOKIE];

/**
 * DNS cookies (RFC 7873) in the form of RFC 9018, so that different kinds of servers that share a secret accept each
 * other's. It holds scratch, so checking and making a cookie allocates nothing.
 */
export class Cookies {
  readonly isRequired: boolean;
  /** Four words each, little-endian, as they are hashed. */
  readonly #secrets: readonly Int32Array[];
  readonly #sip = new SipHash();
  /** What is hashed, little-endian; zeros follow. */
  readonly #input = new Int32Array(INPUT.WORDS);
  /** Of the cookie last checked. */
  #isFresh = false;

  constructor({ secrets, isRequired }: CookieSettings) {
    this.isRequired = isRequired;
    this.#secrets = secrets.map(littleWords);
  }

  /** Judges a query's option: the client's part alone, or with a server's part. */
  check(query: Query, client: ClientAddress, nowSeconds: number): Cookie {
    this.#isFresh = false;
    if (query.cookieBytes !== COOKIE_DATA_BYTES || (query.cookie2 & VERSION_MASK) !== VERSION_WORD)
      return COOKIE.UNPROVEN;
    // Serial number arithmetic (RFC 1982), as section 4.3 asks: 32 bits of seconds run over in 2106.
    const age = (nowSeconds - swapped(query.cookie3)) | 0;
    if (age > AGE_SECONDS_MAX || age < -AHEAD_SECONDS_MAX) return COOKIE.UNPROVEN;
    const bytes = this.#fill(query, query.cookie2, query.cookie3, client);
    for (let index = 0; index < this.#secrets.length; index++) {
      this.#sip.hash(this.#secrets[index], this.#input, bytes);
      // No early exit: the time taken tells nothing about the hash.
      if (((this.#sip.low ^ query.cookie4) | (this.#sip.high ^ query.cookie5)) !== 0) continue;
      // A cookie made with another secret than the first is replaced, since that secret is on its way out.
      this.#isFresh = age < RENEW_SECONDS && index === 0;
      return COOKIE.GOOD;
    }
    return COOKIE.UNPROVEN;
  }

  /**
   * Writes the data of the response's option, COOKIE_DATA_BYTES: the client's part as it came, and a server's part.
   * That is the one the client sent as long as it is good and young, or else a new one. For the query that was checked
   * last.
   */
  write(out: Uint8Array, at: number, query: Query, client: ClientAddress, nowSeconds: number): void {
    writeLittle32(out, at, query.cookie0);
    writeLittle32(out, at + 4, query.cookie1);
    if (this.#isFresh) {
      writeLittle32(out, at + 8, query.cookie2);
      writeLittle32(out, at + 12, query.cookie3);
      writeLittle32(out, at + 16, query.cookie4);
      writeLittle32(out, at + 20, query.cookie5);
      return;
    }
    const bytes = this.#fill(query, VERSION_WORD, swapped(nowSeconds), client);
    this.#sip.hash(this.#secrets[0], this.#input, bytes);
    writeLittle32(out, at + 8, VERSION_WORD);
    write32(out, at + 12, nowSeconds);
    writeLittle32(out, at + 16, this.#sip.low);
    writeLittle32(out, at + 20, this.#sip.high);
  }

  /** Puts together what is hashed. Returns its length in octets. */
  #fill(query: Query, version: number, time: number, { family, w0, w1, w2, w3 }: ClientAddress): number {
    const input = this.#input;
    input[INPUT.CLIENT] = query.cookie0;
    input[INPUT.CLIENT + 1] = query.cookie1;
    input[INPUT.VERSION] = version;
    input[INPUT.TIME] = time;
    input[INPUT.ADDRESS] = swapped(w0);
    input[INPUT.ADDRESS + 1] = family === 4 ? 0 : swapped(w1);
    if (family === 4) return INPUT_BYTES[4];
    input[INPUT.ADDRESS + 2] = swapped(w2);
    input[INPUT.ADDRESS + 3] = swapped(w3);
    return INPUT_BYTES[6];
  }
}

/** A word with its octets in reverse order. */
function swapped(word: number): number {
  return (word << 24) | ((word & 0xff00) << 8) | ((word >>> 8) & 0xff00) | (word >>> 24);
}

function littleWords(octets: Uint8Array): Int32Array {
  const view = new DataView(octets.buffer, octets.byteOffset, octets.byteLength);
  return Int32Array.from({ length: octets.length / 4 }, (_, index) => view.getInt32(4 * index, true));
}
