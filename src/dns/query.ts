import { CLASS, FAMILY, HEADER_BYTES, LABEL_BYTES_MAX, NAME_BYTES_MAX, OPCODE, OPTION, TYPE } from './constants.ts';

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
} as const;
export type Decoded = (typeof DECODED)[keyof typeof DECODED];

/** The least payload size; smaller values in an OPT mean this one (RFC 6891 section 6.2.3). */
export const PAYLOAD_BYTES_MIN = 512;

const POINTER_BITS = 0xc0;
const FLAG_QR = 0x80; // in the third octet of the header
const RECORD_FIXED_BYTES = 10; // type, class, TTL, rdlength: what follows an RR's owner

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
}

/**
 * Decodes a query message (RFC 1035 section 4, RFC 6891, RFC 7871). Nothing a client can send makes it throw or read
 * outside [0, length).
 */
export function decodeQuery(message: Uint8Array, length: number, query: Query): Decoded {
  query.questionEnd = 0;
  query.hasEdns = false;
  query.dnssecOk = false;
  query.hasSubnet = false;
  query.wantsNsid = false;
  query.wantsKeepalive = false;
  query.hasPadding = false;
  query.cookieBytes = 0;
  query.payloadBytesMax = PAYLOAD_BYTES_MIN;
  if (length < HEADER_BYTES) return DECODED.IGNORE;
  const flags = message[2];
  if (flags & FLAG_QR) return DECODED.IGNORE;
  query.id = (message[0] << 8) | message[1];
  query.opcode = (flags >> 3) & 15;
  // What these bits mean under another opcode is not known, so they are not sent back then (RFC 6895 section 2).
  const isQuery = query.opcode === OPCODE.QUERY;
  query.recursionDesired = isQuery && (flags & 1) !== 0;
  query.checkingDisabled = isQuery && (message[3] & 0x10) !== 0;
  const decoded = decodeSections(message, length, query);
  if ((decoded === DECODED.OK || decoded === DECODED.COOKIE_ONLY) && isQuery) return decoded;
  query.hasSubnet = false; // it is echoed to say how far an answer holds, and there will be none
  // Another opcode may lay its message out as it likes: what could be read of it serves the reply alone.
  return isQuery || decoded === DECODED.BADVERS ? decoded : DECODED.NOTIMP;
}

function decodeSections(message: Uint8Array, length: number, query: Query): Decoded {
  const questions = u16(message, 4);
  // 'MUST NOT be greater than 1' (RFC 9619 section 4).
  if (questions > 1) return DECODED.FORMERR;
  if (questions === 0) {
    // Nothing to answer. But whoever speaks EDNS gets an OPT back with any reply (RFC 6891 section 6.1.1).
    const decoded = decodeRecords(message, length, HEADER_BYTES, query);
    if (decoded !== DECODED.OK) return decoded;
    return query.cookieBytes > 0 ? DECODED.COOKIE_ONLY : DECODED.FORMERR;
  }
  const at = questionNameEnd(message, length);
  if (at === 0 || at + 4 > length) return DECODED.FORMERR;
  query.qtype = u16(message, at);
  query.qclass = u16(message, at + 2);
  query.questionEnd = at + 4;
  return decodeRecords(message, length, query.questionEnd, query);
}

/** Returns the offset behind the qname, 0 if it is malformed. No pointer can stand in it: there is no earlier name. */
function questionNameEnd(message: Uint8Array, length: number): number {
  const end = Math.min(length, HEADER_BYTES + NAME_BYTES_MAX);
  for (let at = HEADER_BYTES; at < end; ) {
    const labelBytes = message[at];
    if (labelBytes === 0) return at + 1;
    if (labelBytes > LABEL_BYTES_MAX) return 0;
    at += 1 + labelBytes;
  }
  return 0;
}

function decodeRecords(message: Uint8Array, length: number, start: number, query: Query): Decoded {
  const beforeAdditional = u16(message, 6) + u16(message, 8);
  const count = beforeAdditional + u16(message, 10);
  let at = start;
  let decoded: Decoded = DECODED.OK;
  for (let index = 0; index < count; index++) {
    const ownerAt = at;
    at = skipName(message, length, at);
    if (at === 0 || at + RECORD_FIXED_BYTES > length) return DECODED.FORMERR;
    const end = at + RECORD_FIXED_BYTES + u16(message, at + 8);
    if (end > length) return DECODED.FORMERR;
    if (u16(message, at) === TYPE.OPT) {
      // Only one, owned by the root, in the additional section (RFC 6891 section 6.1.1).
      if (query.hasEdns || index < beforeAdditional || message[ownerAt] !== 0) return DECODED.FORMERR;
      decoded = decodeOpt(message, at, end, query);
      if (decoded === DECODED.FORMERR) return decoded;
    }
    at = end;
  }
  // Octets behind the last record belong to nothing: the sender and we disagree on what was said.
  return at === length ? decoded : DECODED.FORMERR;
}

/** Returns the offset behind a name, 0 if it is malformed. A pointer is passed over, not followed. */
function skipName(message: Uint8Array, length: number, start: number): number {
  let at = start;
  while (at < length) {
    const labelBytes = message[at];
    if (labelBytes === 0) return at + 1;
    if (labelBytes >= POINTER_BITS) {
      if (at + 2 > length) return 0;
      // It must point backwards, behind the header (RFC 1035 section 4.1.4: 'a prior occurrence').
      const target = u16(message, at) & 0x3fff;
      return target >= HEADER_BYTES && target < at ? at + 2 : 0;
    }
    if (labelBytes > LABEL_BYTES_MAX) return 0;
    at += 1 + labelBytes;
    if (at - start >= NAME_BYTES_MAX) return 0;
  }
  return 0;
}

/** `at` is the offset of the OPT's TYPE, `end` that behind its rdata. */
function decodeOpt(message: Uint8Array, at: number, end: number, query: Query): Decoded {
  query.hasEdns = true;
  query.payloadBytesMax = Math.max(PAYLOAD_BYTES_MIN, u16(message, at + 2));
  query.dnssecOk = (message[at + 6] & 0x80) !== 0;
  // Before the options: what they mean in another version is not known.
  if (message[at + 5] !== 0) return DECODED.BADVERS;
  let optionAt = at + RECORD_FIXED_BYTES;
  while (optionAt < end) {
    if (optionAt + 4 > end) return DECODED.FORMERR;
    const code = u16(message, optionAt);
    const dataAt = optionAt + 4;
    optionAt = dataAt + u16(message, optionAt + 2);
    if (optionAt > end) return DECODED.FORMERR;
    if (!decodeOption(code, message, dataAt, optionAt, query)) return DECODED.FORMERR;
  }
  return DECODED.OK;
}

/** Notes an option; those that we do not know are passed over (RFC 6891 section 6.1.2). Returns whether it is well formed. */
function decodeOption(code: number, message: Uint8Array, at: number, end: number, query: Query): boolean {
  switch (code) {
    case OPTION.CLIENT_SUBNET:
      return decodeSubnet(message, at, end, query);
    case OPTION.COOKIE:
      return decodeCookie(at, end, query);
    case OPTION.NSID:
      query.wantsNsid = true;
      return true;
    case OPTION.TCP_KEEPALIVE:
      query.wantsKeepalive = true;
      return true;
    case OPTION.PADDING:
      query.hasPadding = true;
      return true;
    default:
      return true;
  }
}

/** The client's 8 octets, alone or with 8 to 32 of a server. Of several the first counts (RFC 7873 section 5.2). */
function decodeCookie(at: number, end: number, query: Query): boolean {
  if (query.cookieBytes > 0) return true;
  const length = end - at;
  if (length !== 8 && (length < 16 || length > 40)) return false;
  query.cookieAt = at;
  query.cookieBytes = length;
  return true;
}

/** EDNS Client Subnet (RFC 7871 sections 6 and 7.1.2). Returns whether it is well formed. */
function decodeSubnet(message: Uint8Array, at: number, end: number, query: Query): boolean {
  // Two options could contradict each other, and only one can be echoed.
  if (query.hasSubnet || end - at < 4) return false;
  const family = u16(message, at);
  const sourceBits = message[at + 2];
  const addressAt = at + 4;
  const addressBytes = end - addressAt;
  // SCOPE 'MUST be set to 0' in queries; the address has just the octets that the prefix needs.
  if (message[at + 3] !== 0 || addressBytes !== (sourceBits + 7) >> 3) return false;
  if (sourceBits > prefixBitsMax(family)) return false;
  const spareBits = addressBytes * 8 - sourceBits;
  if (addressBytes > 0 && (message[end - 1] & ((1 << spareBits) - 1)) !== 0) return false;
  query.hasSubnet = true;
  query.subnetFamily = family;
  query.subnetSourceBits = sourceBits;
  query.subnetAddressAt = addressAt;
  query.subnetAddressBytes = addressBytes;
  return true;
}

/** -1 where no prefix will do. Family 0 goes with /0: 'whatever the family, use nothing of it', as dig +subnet=0 says it. */
function prefixBitsMax(family: number): number {
  if (family === FAMILY.IPV4) return 32;
  if (family === FAMILY.IPV6) return 128;
  return family === 0 ? 0 : -1;
}

/** Whether the class can be answered from zones: IN, or ANY, which IN is one of. */
export const isInternet = (qclass: number): boolean => qclass === CLASS.IN || qclass === CLASS.ANY;

export function u16(bytes: Uint8Array, at: number): number {
  return (bytes[at] << 8) | bytes[at + 1];
}
