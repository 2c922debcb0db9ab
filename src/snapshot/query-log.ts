/**
 * The query log between the planes. Each worker has a ring of records that it alone writes, over the oldest ones and
 * without waiting for anyone. Two numbers in the ring's head tell the reader what was overwritten meanwhile:
 *
 *   RING, padded to a cache line | records of RECORD_BYTES, as many as a power of two
 */

/** Int32 counts of records. They start at 0 and wrap around, so only their differences matter. */
export const RING = {
  /** How many were begun: set before the first octet of a record is written. */
  STARTED: 0,
  /** How many are complete. */
  ENDED: 1,
  /** How many went to the file. The control plane writes this, so that the successor of a dead reader goes on there. */
  READ: 2,
} as const;
export const RING_HEAD_BYTES = 64;

/**
 * A record, in 32-bit words. The octets of the qname begin at RECORD.QNAME, and even the longest one fits. Most queries
 * write two or three cache lines.
 */
export const RECORD = {
  /** A double, two words long: milliseconds since 1970. */
  TIME_MS: 0,
  /** qtype above 16 bits of qclass. */
  QUESTION: 2,
  /** FLAG above 8 bits of the qname's octets (0: no question could be read) above 8 bits of the rcode. */
  OUTCOME: 3,
  /** Octets of the answer above 8 bits each of the Client Subnet's SOURCE and SCOPE PREFIX-LENGTH. */
  SIZES: 4,
  /** The world to which the next two numbers belong. */
  WORLD: 5,
  /** The service that answered, -1: none. */
  SLOT: 6,
  /** The region of the first endpoint, -1: none. */
  REGION: 7,
  /** Addresses as four words in network order; IPv4 is the first. */
  SENDER: 8,
  SUBNET: 12,
  QNAME: 16,
} as const;
export const RECORD_BYTES = 320;
export const RECORD_WORDS = RECORD_BYTES / Int32Array.BYTES_PER_ELEMENT;

/** Bits of RECORD.OUTCOME, shifted by FLAG_SHIFT. */
export const FLAG_SHIFT = 16;
export const FLAG = {
  TCP: 1 << 0,
  TLS: 1 << 1,
  /** Of the sender's address. */
  IPV6: 1 << 2,
  /** A Client Subnet option was there, and it was of IPv6. */
  SUBNET: 1 << 3,
  SUBNET_IPV6: 1 << 4,
  AA: 1 << 5,
  TC: 1 << 6,
  RD: 1 << 7,
  DO: 1 << 8,
  COOKIE: 1 << 9,
  /** The rate limit sent it empty, or did not send it. */
  SLIPPED: 1 << 10,
  DROPPED: 1 << 11,
  /** It is for the file. Otherwise it is only here because somebody looks at all queries. */
  SAMPLED: 1 << 12,
} as const;

/** Outcomes to which a log may be limited, as bits. A record with any of them is taken. */
export const OUTCOME = {
  /** A response code other than NOERROR and NXDOMAIN. */
  ERROR: 1,
  NXDOMAIN: 2,
  TRUNCATED: 4,
  LIMITED: 8,
} as const;

/** What workers are told of the query log. */
export interface QueryLogSettings {
  /** By the worker's row in what the pool shares. A worker without a ring records nothing. */
  readonly rings: ReadonlyMap<number, SharedArrayBuffer>;
  /** One Int32: not 0 while somebody looks at all queries. */
  readonly tap: SharedArrayBuffer;
  /** On average one answer in so many is for the file; 0: none. */
  readonly every: number;
  /** Bits of OUTCOME; 0: all outcomes. */
  readonly only: number;
  /** The number of the world that is published along with this. */
  readonly world: number;
}

/** A ring for so many records, a power of two. Pages that nobody wrote take no memory. */
export function makeRing(records: number): SharedArrayBuffer {
  return new SharedArrayBuffer(RING_HEAD_BYTES + records * RECORD_BYTES);
}

/** How many records a ring holds. */
export function ringRecords(ring: SharedArrayBuffer): number {
  return (ring.byteLength - RING_HEAD_BYTES) / RECORD_BYTES;
}
