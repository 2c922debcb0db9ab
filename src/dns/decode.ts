import * as Dns from './constants.ts';
import { decodeOpt } from './edns.ts';
import { nameEndInMessage, plainNameEnd } from './message-name.ts';
import * as Queries from './query.ts';
import { type Decoded, type Query, u16 } from './query.ts';
import { decodeTsig } from './tsig.ts';

// In this module: what is imported is looked up again in each query.
const { HEADER_BYTES, OPCODE, RECORD_FIXED_BYTES, TYPE } = Dns;
const { DECODED, PAYLOAD_BYTES_MIN } = Queries;

const FLAG_QR = 0x80; // in the third octet of the header

/**
 * Decodes a query message (RFC 1035 section 4, RFC 6891, RFC 7871, RFC 8945). Nothing a client can send makes it throw
 * or read outside [0, length).
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
    if (decoded === DECODED.BADVERS) return decoded;
    return decoded === DECODED.OK && query.cookieBytes > 0 ? DECODED.COOKIE_ONLY : DECODED.FORMERR;
  }
  // No pointer can stand in the qname: there is no earlier name.
  const at = plainNameEnd(message, HEADER_BYTES, length);
  if (at === 0 || at + 4 > length) return DECODED.FORMERR;
  query.qtype = u16(message, at);
  query.qclass = u16(message, at + 2);
  query.questionEnd = at + 4;
  return decodeRecords(message, length, query.questionEnd, query);
}

function decodeRecords(message: Uint8Array, length: number, start: number, query: Query): Decoded {
  const beforeAdditional = u16(message, 6) + u16(message, 8);
  const count = beforeAdditional + u16(message, 10);
  let at = start;
  let decoded: Decoded = DECODED.OK;
  for (let index = 0; index < count; index++) {
    const ownerAt = at;
    at = nameEndInMessage(message, at, length);
    if (at === 0 || at + RECORD_FIXED_BYTES > length) return DECODED.FORMERR;
    const end = at + RECORD_FIXED_BYTES + u16(message, at + 8);
    if (end > length) return DECODED.FORMERR;
    const type = u16(message, at);
    if (type === TYPE.OPT) {
      // Only one, owned by the root, in the additional section (RFC 6891 section 6.1.1).
      if (query.hasEdns || index < beforeAdditional || message[ownerAt] !== 0) return DECODED.FORMERR;
      decoded = decodeOpt(message, at, end, query);
      if (decoded === DECODED.FORMERR) return decoded;
    } else if (type === TYPE.TSIG) {
      // The last record of all, and in the additional section (RFC 8945 section 5.2).
      if (index !== count - 1 || index < beforeAdditional) return DECODED.FORMERR;
      if (!decodeTsig(message, length, ownerAt, at, end, query)) return DECODED.FORMERR;
      // A version that is not ours is the first to be settled: who signs in ours may be known.
      if (decoded === DECODED.OK) decoded = DECODED.BADKEY;
    }
    at = end;
  }
  // Octets behind the last record belong to nothing: the sender and we disagree on what was said.
  return at === length ? decoded : DECODED.FORMERR;
}
