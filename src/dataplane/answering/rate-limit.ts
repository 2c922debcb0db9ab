import type { AnswerKind, RateLimitSettings } from '../../snapshot/settings.ts';
import * as Settings from '../../snapshot/settings.ts';
import type { ClientAddress } from './client.ts';
import { isInOneOf, maskOf } from './network.ts';

// Bound in this module: V8 would look an imported constant up again at each use.
const { RATE_LIMIT_BUCKET_BYTES } = Settings;

/** What becomes of an answer. SLIP: an empty one goes instead, which tells a real client how to come again. */
export const LIMITED = { PASS: 0, SLIP: 1, DROP: 2 } as const;
export type Limited = (typeof LIMITED)[keyof typeof LIMITED];

/** A place in the table. AHEAD_NS: how far a client is ahead of its rate, in time. */
const BUCKET = { TAG: 0, AHEAD_NS: 1, SEEN_MS: 2, LIMITED: 3, WORDS: RATE_LIMIT_BUCKET_BYTES / 4 } as const;

/** Two places for every key, so that two floods at the same place do not hide each other. */
const WAYS = 2;

/**
 * A second's worth of answers may come at once. It is in nanoseconds, so that rates up to a million are exact to a
 * thousandth, and twice a second still fits the table's 32 bits.
 */
const AHEAD_NS_MAX = 1_000_000_000;
const AHEAD_MS_MAX = 1000;
const NS_PER_MS = 1_000_000;
/** Keeps the networks of one family apart from the other's. */
const IPV6_SALT = 0x5bd1e995;

/**
 * Reading the time costs twice as much as counting an answer. So one reading serves so many answers, as long as it
 * limits nobody.
 */
const ANSWERS_PER_READING = 32;

/**
 * Response rate limiting: at most so many answers of one kind about one name to one network in a second, so that forged
 * queries can't turn the server against the network that they name as their sender. Each of these has a leaky bucket,
 * in a table of fixed size that all workers share. If there is no place, the bucket with less to remember goes. Workers
 * may now and then overwrite each other's counts: that costs an answer more or less, and saves a lock.
 */
export class RateLimiter {
  readonly #settings: RateLimitSettings;
  readonly #table: Int32Array;
  readonly #mask: number;
  readonly #seed: number;
  readonly #factor: number;
  /** By kind, how much time one answer uses up. */
  readonly #costNs: readonly number[];
  readonly #now: () => number;
  /** The lower 32 bits of the time when it was last read, and for how many more answers it serves. */
  #nowMs = 0;
  #answersLeft = 0;
  readonly #mask4: number;
  readonly #mask6High: number;
  readonly #mask6Low: number;

  /** `now` is in milliseconds, with or without fractions; the time of day will do. */
  constructor(settings: RateLimitSettings, now: () => number) {
    this.#settings = settings;
    this.#now = now;
    this.#table = new Int32Array(settings.table);
    this.#mask = this.#table.length / BUCKET.WORDS / WAYS - 1;
    this.#seed = settings.seed[0];
    this.#factor = settings.seed[1] | 1; // odd, so that no two subjects become one
    this.#costNs = settings.perSecond.map((rate) => Math.floor(AHEAD_NS_MAX / rate));
    this.#mask4 = maskOf(settings.ipv4Bits);
    this.#mask6High = maskOf(settings.ipv6Bits);
    this.#mask6Low = maskOf(settings.ipv6Bits - 32);
  }

  /**
   * Counts an answer, and says what becomes of it. `name` stands for what it is about: all names of one wildcard or of
   * one denial have the same number, so that random names share a bucket.
   */
  judge(client: ClientAddress, kind: AnswerKind, name: number): Limited {
    if (this.#answersLeft-- === 0) this.#readTime();
    const tag = this.#tagOf(client, kind, name);
    // The upper bits choose the place: the lowest is always 1.
    const first = ((tag >>> 8) & this.#mask) * (WAYS * BUCKET.WORDS);
    const at = this.#table[first + BUCKET.TAG] === tag ? first : this.#secondPlace(tag, first);
    return this.#pays(at, kind) ? LIMITED.PASS : this.#limit(client, at, kind);
  }

  /** What becomes of an answer that its bucket did not pay for, at a time that may be long past. */
  #limit(client: ClientAddress, at: number, kind: AnswerKind): Limited {
    // A client that is within its rate at a past time is within it now, but not the reverse. So the time is read again.
    this.#readTime();
    if (this.#pays(at, kind)) return LIMITED.PASS;
    // Only here: a client that is within its rate need not be looked up.
    if (isInOneOf(this.#settings.exempt, client)) return LIMITED.PASS;
    const table = this.#table;
    const limited = (table[at + BUCKET.LIMITED] + 1) | 0;
    table[at + BUCKET.LIMITED] = limited;
    const { slip } = this.#settings;
    return slip > 0 && limited % slip === 0 ? LIMITED.SLIP : LIMITED.DROP;
  }

  #readTime(): void {
    this.#nowMs = this.#now() | 0;
    this.#answersLeft = ANSWERS_PER_READING - 1;
  }

  /** Takes the time of one answer from a bucket, if it has that much left. */
  #pays(at: number, kind: AnswerKind): boolean {
    const table = this.#table;
    const passedMs = (this.#nowMs - table[at + BUCKET.SEEN_MS]) | 0;
    let aheadNs = table[at + BUCKET.AHEAD_NS];
    // Another worker's time may be a little behind. Going back to it would count the time in between twice.
    if (passedMs > 0 || passedMs < -AHEAD_MS_MAX) {
      aheadNs = settled(aheadNs, passedMs);
      table[at + BUCKET.SEEN_MS] = this.#nowMs;
    }
    const afterNs = aheadNs + this.#costNs[kind];
    const isWithin = afterNs <= AHEAD_NS_MAX;
    table[at + BUCKET.AHEAD_NS] = isWithin ? afterNs : aheadNs;
    return isWithin;
  }

  /**
   * A word for what is counted together: the network, mixed with a secret, and the subject, times a secret factor.
   * Without knowing both, nobody can choose a network and a name that share a bucket with somebody else's.
   */
  #tagOf(client: ClientAddress, kind: AnswerKind, name: number): number {
    const network =
      client.family === 4
        ? mix(this.#seed, client.w0 & this.#mask4)
        : mix(mix(this.#seed ^ IPV6_SALT, client.w0 & this.#mask6High), client.w1 & this.#mask6Low);
    return mix(network, Math.imul((name << 3) | kind, this.#factor)) | 1; // never 0, which marks a free place
  }

  /**
   * For a tag that is not in the first place: the second place, if it is there. Otherwise the one of the two with less
   * to remember, emptied. A free place has nothing to remember.
   */
  #secondPlace(tag: number, first: number): number {
    const table = this.#table;
    const second = first + BUCKET.WORDS;
    if (table[second + BUCKET.TAG] === tag) return second;
    const at = this.#settledNs(first) <= this.#settledNs(second) ? first : second;
    table[at + BUCKET.TAG] = tag;
    table[at + BUCKET.AHEAD_NS] = 0;
    table[at + BUCKET.SEEN_MS] = this.#nowMs;
    table[at + BUCKET.LIMITED] = 0;
    return at;
  }

  #settledNs(at: number): number {
    return settled(this.#table[at + BUCKET.AHEAD_NS], (this.#nowMs - this.#table[at + BUCKET.SEEN_MS]) | 0);
  }
}

/** How far a bucket is still ahead after some time has passed. */
function settled(aheadNs: number, passedMs: number): number {
  // If more time has passed, or the clock was set, or its 32 bits wrapped around, everything counted is paid for.
  if (passedMs >= AHEAD_MS_MAX || passedMs < -AHEAD_MS_MAX) return 0;
  return passedMs <= 0 ? aheadNs : Math.max(0, aheadNs - passedMs * NS_PER_MS);
}

/** Mixes one more word into a state: two multiplications, and shifts that bring high bits down to where they count. */
function mix(state: number, word: number): number {
  let hash = Math.imul(state ^ word, 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 15), 0xc2b2ae35);
  return hash ^ (hash >>> 13);
}
