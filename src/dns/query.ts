import { CLASS, NAME_BYTES_MAX } from './constants.ts';

/**
 * What became of a message's bytes. Only OK says that all fields of the Query hold; else the header's do, `questionEnd`
 * tells whether the question was understood, and `hasEdns` whether an OPT was.
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
  /** Signed with a key that is not known here, as no key is (RFC 8945 section 5.2.1). */
  BADKEY: 6,
} as const;
export type Decoded = (typeof DECODED)[keyof typeof DECODED];

/** The least payload size; smaller values in an OPT mean this one (RFC 6891 section 6.2.3). */
export const PAYLOAD_BYTES_MIN = 512;

/** A decoded query. One object is reused for every message: decoding allocates nothing. */
export class Query {
  id = 0;
  opcode = 0;
  recursionDesired = false;
  checkingDisabled = false;

  /** Offset behind the question; 0 when no question was understood. The qname stands right behind the header. */
  questionEnd = 0;
  qtype = 0;
  qclass = 0;

  hasEdns = false;
  dnssecOk = false;
  /** What the client can take over UDP, in octets. */
  payloadBytesMax = PAYLOAD_BYTES_MIN;

  /** Whether a Client Subnet option was there; it is to be echoed then (RFC 7871 section 7.2.1). */
  hasSubnet = false;
  subnetFamily = 0;
  subnetSourceBits = 0;
  /** Where the option's ADDRESS lies in the message, and its length in octets. */
  subnetAddressAt = 0;
  subnetAddressBytes = 0;

  /** RFC 5001 section 2.1. */
  wantsNsid = false;
  /** RFC 7828 section 3.2.1; of no meaning over UDP. */
  wantsKeepalive = false;
  /** RFC 7830: the answer may be padded. */
  hasPadding = false;
  /** Where the COOKIE option's data lie in the message, and their length in octets; 0 without one (RFC 7873 section 4). */
  cookieAt = 0;
  cookieBytes = 0;

  /** Only where BADKEY is: the owner of the TSIG record, uncompressed, of which so many octets count. */
  readonly keyName = new Uint8Array(NAME_BYTES_MAX);
  keyNameBytes = 0;
  /** Where what comes back of the TSIG's rdata lies in the message, and its length: algorithm, time signed and fudge. */
  tsigAt = 0;
  tsigBytes = 0;
}

/** Whether the class can be answered from zones: IN, or ANY, which IN is one of. */
export const isInternet = (qclass: number): boolean => qclass === CLASS.IN || qclass === CLASS.ANY;

export function u16(bytes: Uint8Array, at: number): number {
  return (bytes[at] << 8) | bytes[at + 1];
}
