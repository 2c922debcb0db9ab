import {
  type AnswerKind,
  type ExemptNetwork,
  RATE_LIMIT_BUCKET_BYTES,
  type RateLimitSettings,
} from '../../snapshot/settings.ts';
import type { ClientAddress } from './client.ts';

/** What becomes of an answer. SLIP: an empty one with TC goes instead, so that a real client can come by TCP. */
export const LIMITED = { PASS: 0, SLIP: 1, DROP: 2 } as const;
export type Limited = (typeof LIMITED)[keyof typeof LIMITED];

/** A place of the table. AHEAD_NS: by how much of its time a client is ahead of its rate. */
const BUCKET = { TAG: 0, AHEAD_NS: 1, SEEN_MS: 2, LIMITED: 3, WORDS: RATE_LIMIT_BUCKET_BYTES / 4 } as const;

/** Two places for every key: of two floods that fall together, neither hides the other. */
const WAYS = 2;

/**
 * A second's worth of answers may come at once. In nanoseconds, so that rates up to a million keep within a thousandth,
 * and twice a second still fits the table's 32 bits.
 */
const AHEAD_NS_MAX = 1_000_000_000;
const AHEAD_MS_MAX = 1000;
const NS_PER_MS = 1_000_000;

/**
 * Response rate limiting: at most so many answers of one kind about one name to one network in a second, so that forged
 * queries can't turn the server against the network that they name as their sender. One leaky bucket each, in a table of
 * fixed size that all workers share; where it is full, the bucket that has less to remember goes. Workers may overwrite each
 * other's counts now and then: that costs an answer more or less, and saves a lock.
 */
export class RateLimiter {
  readonly #settings: RateLimitSettings;
  readonly #table: Int32Array;
  readonly #mask: number;
  /** By kind, how much of its time one answer takes. */
  readonly #costNs: readonly number[];
  readonly #mask4: number;
  readonly #mask6High: number;
  readonly #mask6Low: number;

  constructor(settings: RateLimitSettings) {
    this.#settings = settings;
    this.#table = new Int32Array(settings.table);
    this.#mask = this.#table.length / BUCKET.WORDS / WAYS - 1;
    this.#costNs = settings.perSecond.map((rate) => Math.floor(AHEAD_NS_MAX / rate));
    this.#mask4 = maskOf(settings.ipv4Bits);
    this.#mask6High = maskOf(clamp(settings.ipv6Bits));
    this.#mask6Low = maskOf(clamp(settings.ipv6Bits - 32));
  }

  /**
   * Counts an answer and says what becomes of it. `name` stands for what it is about: one number for all names that one
   * wildcard or one denial speaks for, so that random names share a bucket. Of `nowMs` the lower 32 bits count: it may be
   * the time of day.
   */
  judge(client: ClientAddress, kind: AnswerKind, name: number, nowMs: number): Limited {
    const table = this.#table;
    const now = nowMs | 0;
    const at = this.#bucketOf(this.#tagOf(client, kind, name), now);
    const before = this.#aheadNs(at, now);
    const passedMs = (now - table[at + BUCKET.SEEN_MS]) | 0;
    // Another worker's clock may be a little behind. To go back with it would count the time between twice.
    if (passedMs > 0 || passedMs < -AHEAD_MS_MAX) table[at + BUCKET.SEEN_MS] = now;
    const after = before + this.#costNs[kind];
    if (after <= AHEAD_NS_MAX) {
      table[at + BUCKET.AHEAD_NS] = after;
      return LIMITED.PASS;
    }
    table[at + BUCKET.AHEAD_NS] = before;
    // Only here: whom nobody limits need not be looked up.
    if (this.#isExempt(client)) return LIMITED.PASS;
    const limited = (table[at + BUCKET.LIMITED] + 1) | 0;
    table[at + BUCKET.LIMITED] = limited;
    const { slip } = this.#settings;
    return slip > 0 && limited % slip === 0 ? LIMITED.SLIP : LIMITED.DROP;
  }

  /** By how much the bucket is ahead, now that time has passed. */
  #aheadNs(at: number, now: number): number {
    const passedMs = (now - this.#table[at + BUCKET.SEEN_MS]) | 0;
    // Further back than that, the clock was set or its 32 bits have gone round: what was counted then is paid for.
    if (passedMs >= AHEAD_MS_MAX || passedMs < -AHEAD_MS_MAX) return 0;
    const aheadNs = this.#table[at + BUCKET.AHEAD_NS];
    return passedMs <= 0 ? aheadNs : Math.max(0, aheadNs - passedMs * NS_PER_MS);
  }

  #tagOf(client: ClientAddress, kind: AnswerKind, name: number): number {
    const network =
      client.family === 4 ? client.w0 & this.#mask4 : mix(client.w0 & this.#mask6High, client.w1 & this.#mask6Low);
    return mix(mix(network, client.family), name * 8 + kind) | 1; // never 0, which marks a free place
  }

  /** The bucket with the tag, else that of its places which has less to remember, emptied. One that is free has nothing. */
  #bucketOf(tag: number, now: number): number {
    const table = this.#table;
    // The upper bits choose the place: the lowest is always 1.
    const first = ((tag >>> 8) & this.#mask) * WAYS * BUCKET.WORDS;
    const second = first + BUCKET.WORDS;
    if (table[first + BUCKET.TAG] === tag) return first;
    if (table[second + BUCKET.TAG] === tag) return second;
    const at = this.#aheadNs(first, now) <= this.#aheadNs(second, now) ? first : second;
    table[at + BUCKET.TAG] = tag;
    table[at + BUCKET.AHEAD_NS] = 0;
    table[at + BUCKET.SEEN_MS] = now;
    table[at + BUCKET.LIMITED] = 0;
    return at;
  }

  #isExempt(client: ClientAddress): boolean {
    for (const network of this.#settings.exempt) if (contains(network, client)) return true;
    return false;
  }
}

function contains({ family, words, bits }: ExemptNetwork, client: ClientAddress): boolean {
  if (family !== client.family) return false;
  return (
    ((words[0] ^ client.w0) & maskOf(clamp(bits))) === 0 &&
    ((words[1] ^ client.w1) & maskOf(clamp(bits - 32))) === 0 &&
    ((words[2] ^ client.w2) & maskOf(clamp(bits - 64))) === 0 &&
    ((words[3] ^ client.w3) & maskOf(clamp(bits - 96))) === 0
  );
}

const clamp = (bits: number): number => Math.max(0, Math.min(32, bits));

/** The upper `bits` bits of a word, 0 to 32. */
function maskOf(bits: number): number {
  return bits === 0 ? 0 : -1 << (32 - bits);
}

/** One well-mixed word from two (the finaliser of MurmurHash3). */
function mix(a: number, b: number): number {
  let hash = Math.imul(a ^ Math.imul(b, 0x9e3779b1), 0x85ebca6b);
  hash ^= hash >>> 13;
  hash = Math.imul(hash, 0xc2b2ae35);
  return hash ^ (hash >>> 16);
}
