import * as Dns from './constants.ts';

// Bound in this module: V8 would look an imported constant up again at each use.
const { CLASS, NAME_BYTES_MAX } = Dns;

/**
 * The result of decoding a message. Only after OK are all fields of the Query valid. Otherwise the header's fields are;
 * `questionEnd` tells whether the question was understood, and `hasEdns` whether an OPT was.
 */
export const DECODED = {
  OK: 0,
  /** Too short to answer, or itself a response (RFC 1035 4.1.1: answering one could loop for ever). */
  IGNORE: 1,
  FORMERR: 2,
  NOTIMP: 3,
  /** An EDNS version above 0 (RFC 6891 section 6.1.3). */
  BADVERS: 4,
  /** No question, but a COOKIE option: the client wants a cookie and nothing else (RFC 7873 section 5.4). */
  COOKIE_ONLY: 5,
  /** Signed with a key that is not known here: no key is (RFC 8945 section 5.2.1). */
  BADKEY: 6,
} as const;
export type Decoded = (typeof DECODED)[keyof typeof DECODED];

/** The least payload size; smaller values in an OPT mean this one (RFC 6891 section 6.2.3). */
export const PAYLOAD_BYTES_MIN = 512;

/**
 * 8 octets of the client, alone or followed by a server's 8 to 32 (RFC 7873 section 4); ours has 16 (RFC 9018 section
 * 4).
 */
export const COOKIE_BYTES = { CLIENT: 8, SERVER_MIN: 8, SERVER_MAX: 32, SERVER: 16 } as const;

/**
 * What an answer repeats of a TSIG's rdata after the algorithm: the time signed, and the fudge (RFC 8945 section 4.2).
 */
export const TIME_FUDGE_BYTES = 8;

/**
 * A decoded query. One object is reused for every message, so decoding allocates nothing. It holds all that an answer
 * needs, except the header and the question. So the answer can be written over the rest of the message.
 */
export class Query {
  id = 0;
  opcode = 0;
  recursionDesired = false;
  checkingDisabled = false;

  /** Offset after the question; 0 if no question was understood. The qname stands right after the header. */
  questionEnd = 0;
  qtype = 0;
  qclass = 0;

  hasEdns = false;
  dnssecOk = false;
  /** What the client accepts over UDP, in octets. */
  payloadBytesMax = PAYLOAD_BYTES_MIN;

  /** Whether there was a Client Subnet option. If so, the answer echoes it (RFC 7871 section 7.2.1). */
  hasSubnet = false;
  subnetFamily = 0;
  subnetSourceBits = 0;
  /** Octets of the option's ADDRESS, and the address as 32-bit words in network order; beyond the prefix it is zero. */
  subnetAddressBytes = 0;
  subnet0 = 0;
  subnet1 = 0;
  subnet2 = 0;
  subnet3 = 0;

  /** RFC 5001 section 2.1. */
  wantsNsid = false;
  /** RFC 7828 section 3.2.1; it means nothing over UDP. */
  wantsKeepalive = false;
  /** RFC 7830: the answer may be padded. */
  hasPadding = false;
  /** Octets of the COOKIE option's data; 0 without one (RFC 7873 section 4). */
  cookieBytes = 0;
  /** The client's part of it, as little-endian 32-bit words: what is hashed is read so. */
  cookie0 = 0;
  cookie1 = 0;
  /** The server's part, likewise, if it is as long as those of RFC 9018; otherwise it means nothing. */
  cookie2 = 0;
  cookie3 = 0;
  cookie4 = 0;
  cookie5 = 0;

  /** Only after BADKEY: the owner of the TSIG record, uncompressed, and how many octets of it count. */
  readonly keyName = new Uint8Array(NAME_BYTES_MAX);
  keyNameBytes = 0;
  /**
   * What the answer repeats of the TSIG's rdata (algorithm, time signed and fudge), and how many octets of it count.
   */
  readonly tsig = new Uint8Array(NAME_BYTES_MAX + TIME_FUDGE_BYTES);
  tsigBytes = 0;
}

/** Whether the class can be answered from zones: IN, or ANY, which IN is one of. */
export const isInternet = (qclass: number): boolean => qclass === CLASS.IN || qclass === CLASS.ANY;

export function u16(bytes: Uint8Array, at: number): number {
  return (bytes[at] << 8) | bytes[at + 1];
}
