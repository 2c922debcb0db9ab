import type { QueryLogSettings } from './query-log.ts';

/** What the workers are told of the configuration beside the blocks: small, and replaced whole. */
export interface PlaneSettings {
  /** What this server calls itself when it is asked (NSID, and CHAOS names). Undefined: it does not say. */
  readonly nsid?: string;
  readonly hostname?: string;
  readonly version?: string;
  readonly cookies: CookieSettings;
  readonly rateLimit?: RateLimitSettings;
  /** Undefined: nobody is told why an answer is what it is. */
  readonly explain?: ExplainSettings;
  /** Undefined: queries are not recorded. */
  readonly queryLog?: QueryLogSettings;
}

/** The kinds of answer that are limited separately: a flood of one must not silence the others. */
export const ANSWER_KIND = { DATA: 0, NO_DATA: 1, NXDOMAIN: 2, REFERRAL: 3, ERROR: 4 } as const;
export type AnswerKind = (typeof ANSWER_KIND)[keyof typeof ANSWER_KIND];

/** Octets of a bucket in the table of the rate limit (see dataplane/answering/rate-limit). */
export const RATE_LIMIT_BUCKET_BYTES = 16;

/** DNS cookies (RFC 7873, RFC 9018). */
export interface CookieSettings {
  /**
   * 16 octets each. New cookies are made with the first; cookies of any of them are good, so that secrets can be
   * changed.
   */
  readonly secrets: readonly Uint8Array[];
  /** Whether a client over UDP without a good cookie is asked to come again with one (BADCOOKIE). */
  readonly isRequired: boolean;
}

/** Response rate limiting, of UDP. */
export interface RateLimitSettings {
  /** Answers a second to one network, by ANSWER_KIND. */
  readonly perSecond: readonly number[];
  /**
   * One in so many answers over the limit is sent empty, so that a real client comes by TCP or with a cookie; 0: none.
   */
  readonly slip: number;
  /** Prefix lengths of what counts as one network; 1 to 32, 1 to 64. */
  readonly ipv4Bits: number;
  readonly ipv6Bits: number;
  readonly exempt: readonly ClientNetwork[];
  /** The table of buckets, shared by all workers; empty at first. */
  readonly table: SharedArrayBuffer;
  /** Two secret random words of 32 bits, one pair for each table. They decide where in it a client is counted. */
  readonly seed: readonly [number, number];
}

/** Explanations by DNS. */
export interface ExplainSettings {
  /** The name below which they are asked for, in lower-case wire form. */
  readonly name: Uint8Array;
  /** Who may ask, by the address that a query comes from. */
  readonly allow: readonly ClientNetwork[];
}

/** A network as 32-bit words in network order; IPv4 is the first word. */
export interface ClientNetwork {
  readonly family: 4 | 6;
  readonly words: readonly [number, number, number, number];
  readonly bits: number;
}
