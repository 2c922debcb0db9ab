/**
 * The block of one service: what each class of its clients is answered, in each form. Each service has a small block of
 * its own because verdicts change it: then only the services that depend on the verdict are published again.
 *
 *   header | a table for each form, with its rows | records
 *
 * Offsets count 32-bit integers from the block's start. Only RECORDS_AT counts octets: in the header from the block's
 * start, in an endpoint from where the records begin.
 */
export const SERVICE_HEADER = {
  A: 0,
  AAAA: 1,
  A_OR_CNAME: 2,
  AAAA_OR_CNAME: 3,
  CNAME: 4,
  RECORDS_AT: 5,
  /** How many rows take endpoints in turn. */
  TURN_COUNT: 6,
  WORDS: 7,
} as const;

/**
 * What can be asked of a service. The value is the place in the header where the offset of that form's table stands. If
 * that offset is 0, there is no table: a service without CNAME endpoints has none for CNAME. A and AAAA are for names
 * where no CNAME may stand; of CNAME endpoints, they have the addresses behind the name.
 */
export const SERVICE_FORM = {
  A: SERVICE_HEADER.A,
  AAAA: SERVICE_HEADER.AAAA,
  A_OR_CNAME: SERVICE_HEADER.A_OR_CNAME,
  AAAA_OR_CNAME: SERVICE_HEADER.AAAA_OR_CNAME,
  /** For all other types, which a CNAME answers, too (RFC 1034 section 3.6.2). */
  CNAME: SERVICE_HEADER.CNAME,
} as const;
export type ServiceForm = (typeof SERVICE_FORM)[keyof typeof SERVICE_FORM];

export const FORM_TABLE = {
  /**
   * The trie whose leaves are numbers of rows. NO_TRIE: there is one row, and the answer does not depend on the client.
   */
  TRIE: 0,
  /** Where the offsets of the rows stand, by number. */
  ROWS: 1,
  ROW_COUNT: 2,
  WORDS: 3,
} as const;

export const NO_TRIE = -1;

/**
 * What a row says. NONE: there is nothing to answer. DRAW: draw endpoints from its tiers. SPLIT: the client's prefix
 * decides which of two rows holds. UNKNOWN: nothing is known yet. REFUSE: there is no answer, and the client is told
 * so.
 */
export const ROW_KIND = { NONE: 0, DRAW: 1, SPLIT: 2, UNKNOWN: 3, REFUSE: 4 } as const;

/**
 * Each row begins with its kind; then whether it is as it is because no endpoint is up; then where among the records
 * the TXT record stands that explains it, plus 1 (0: there is none).
 */
export const ROW = { KIND: 0, IS_ALL_DOWN: 1, TEXT_AT_PLUS_1: 2, WORDS: 3 } as const;

/** A row to draw from; its tiers follow, each a TIER and its ENDPOINTs. */
export const DRAW_ROW = {
  ...ROW,
  /** How many endpoints to name. */
  ANSWERS: 3,
  TIER_COUNT: 4,
  DRAW: 5,
  /** Sticky: how many bits of an IPv4 and an IPv6 address make one client. */
  IPV4_BITS: 6,
  IPV6_BITS: 7,
  /** Rotating: its number among the rotating rows of the block. */
  TURN: 8,
  /** The answer's TTL is at most this: addresses of a name must not be kept longer than their own TTL says. */
  TTL_MAX: 9,
  WORDS: 10,
} as const;

/** How an endpoint is taken from a tier: by chance, in turn, or by a hash of the client's prefix. */
export const DRAW = { RANDOM: 0, ROTATE: 1, STICKY: 2 } as const;

/** A row that sends a share of the clients, chosen by a hash of their prefix, to one row, and the others to another. */
export const SPLIT_ROW = {
  ...ROW,
  /** The share, in 2^31 parts. */
  THRESHOLD: 3,
  SALT: 4,
  IPV4_BITS: 5,
  IPV6_BITS: 6,
  /** Offsets of rows. */
  INSIDE: 7,
  OUTSIDE: 8,
  WORDS: 9,
} as const;

export const TIER = { ENDPOINT_COUNT: 0, WEIGHT_SUM: 1, WORDS: 2 } as const;

/**
 * An endpoint: its weight, and its records, ready to copy. Their owner is a pointer to the question's name, and all
 * have the same length. They are addresses or one CNAME. In the form CNAME, an endpoint with addresses has none.
 */
export const ENDPOINT = {
  WEIGHT: 0,
  RECORDS_AT: 1,
  RECORD_COUNT: 2,
  /** Of its name, for rendezvous hashing. */
  ID: 3,
  /** Its region's place in the configuration, from 0; -1: none. */
  REGION: 4,
  WORDS: 5,
} as const;

/** The most endpoints that one tier may have, since the data plane sets up its scratch for a draw once. */
export const TIER_ENDPOINTS_MAX = 1024;

/** A view of a service block. */
export class ServiceView {
  readonly words: Int32Array;
  readonly records: Uint8Array;
  /** How far each rotating row has come. It belongs to this worker, and is not part of the block. */
  readonly turns: Float64Array;

  constructor(block: SharedArrayBuffer) {
    this.words = new Int32Array(block);
    this.turns = new Float64Array(this.words[SERVICE_HEADER.TURN_COUNT]);
    this.records = new Uint8Array(block, this.words[SERVICE_HEADER.RECORDS_AT]);
  }

  /** Whether the service may have an answer in a form. */
  has(form: ServiceForm): boolean {
    return this.words[form] !== 0;
  }
}
