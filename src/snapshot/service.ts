/**
 * The block of one service: what each class of its clients is answered, in each form. It is small and of its own because
 * a verdict changes it: only the services that depend on that verdict are published again.
 *
 *   header | a table for each form, with its rows | records
 *
 * Offsets count 32-bit integers from the block's start, but RECORDS_AT counts octets: in the header from the block's
 * start, in an endpoint from there.
 */
export const SERVICE_HEADER = {
  A: 0,
  AAAA: 1,
  A_OR_CNAME: 2,
  AAAA_OR_CNAME: 3,
  CNAME: 4,
  RECORDS_AT: 5,
  WORDS: 6,
} as const;

/**
 * What is asked of a service, by where in the header the offset of its table stands; 0: a service without endpoints that
 * are CNAMEs has no answer to CNAME. A and AAAA are for where no CNAME may stand: of such endpoints, the addresses.
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
  /** The trie whose leaves are classes; NO_TRIE: there is one class, 0. */
  TRIE: 0,
  /** By class, the offset of its row. */
  ROWS: 1,
  CLASS_COUNT: 2,
  /** 1 where every class has the same row at present: the answer depends on nothing of the client (scope 0). */
  IS_UNIFORM: 3,
  /** 1 where the service has endpoints of this form, and none is up. */
  IS_ALL_DOWN: 4,
  /** No answer's TTL is more: addresses of a name are not to be kept longer than whoever gave them says. */
  TTL_MAX: 5,
  WORDS: 6,
} as const;

export const NO_TRIE = -1;

/** What a row says: nothing to answer, draw endpoints from its tiers, ask another service, or that nothing is known yet. */
export const ROW_KIND = { NONE: 0, DRAW: 1, SERVICE: 2, UNKNOWN: 3 } as const;

export const ROW = {
  KIND: 0,
  /** DRAW: how many endpoints to name. SERVICE: the other service's slot. */
  ARGUMENT: 1,
  TIER_COUNT: 2,
  /** The tiers follow, each a TIER and its ENDPOINTs. */
  WORDS: 3,
} as const;

export const TIER = { ENDPOINT_COUNT: 0, WEIGHT_SUM: 1, WORDS: 2 } as const;

/**
 * An endpoint: its weight, and its records, ready, owned by a pointer to the question's name, as long as each other. They
 * are addresses, or one CNAME, or in the form CNAME none: then the endpoint has addresses.
 */
export const ENDPOINT = { WEIGHT: 0, RECORDS_AT: 1, RECORD_COUNT: 2, WORDS: 3 } as const;

/** The most endpoints that one tier may have: the data plane's scratch for a draw is set up once. */
export const TIER_ENDPOINTS_MAX = 1024;

/** The most weight that one endpoint may have, so that a tier's sum stays far below 2^31. */
export const WEIGHT_MAX = 0xffff;

/** A view of a service block. */
export class ServiceView {
  readonly words: Int32Array;
  readonly records: Uint8Array;

  constructor(block: SharedArrayBuffer) {
    this.words = new Int32Array(block);
    this.records = new Uint8Array(block, this.words[SERVICE_HEADER.RECORDS_AT]);
  }

  /** Whether the service may have an answer in a form. */
  has(form: ServiceForm): boolean {
    return this.words[form] !== 0;
  }
}
