import * as Dns from './constants.ts';
import { decodeOpt } from './edns.ts';
import { nameEndInMessage, plainNameEnd } from './message-name.ts';
import * as Queries from './query.ts';
import { type Decoded, type Query, u16 } from './query.ts';
import { decodeTsig } from './tsig.ts';

// Bound in this module: V8 would look an imported constant up again at each use.
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
  // Under another opcode these bits may mean anything, so they are not sent back (RFC 6895 section 2).
  const isQuery = query.opcode === OPCODE.QUERY;
  query.recursionDesired = isQuery && (flags & 1) !== 0;
  query.checkingDisabled = isQuery && (message[3] & 0x10) !== 0;
  const decoded = decodeSections(message, length, query);
  if ((decoded === DECODED.OK || decoded === DECODED.COOKIE_ONLY) && isQuery) return decoded;
  query.hasSubnet = false; // its echo says how far an answer holds, and there will be no answer
  // A message of another opcode may have any layout: what we could read of it is used for the reply only.
  return isQuery || decoded === DECODED.BADVERS ? decoded : DECODED.NOTIMP;
}

function decodeSections(message: Uint8Array, length: number, query: Query): Decoded {
  const questions = u16(message, 4);
  // 'MUST NOT be greater than 1' (RFC 9619 section 4).
  if (questions > 1) return DECODED.FORMERR;
  if (questions === 0) {
    // There is nothing to answer. But a client that speaks EDNS gets an OPT with any reply (RFC 6891 section 6.1.1).
    const decoded = decodeRecords(message, length, HEADER_BYTES, query);
    if (decoded === DECODED.BADVERS) return decoded;
    return decoded === DECODED.OK && query.cookieBytes > 0 ? DECODED.COOKIE_ONLY : DECODED.FORMERR;
  }
  // The qname can't have a pointer, since there is no earlier name.
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
      // BADVERS goes before BADKEY: in a version that we speak, the key may be known.
      if (decoded === DECODED.OK) decoded = DECODED.BADKEY;
    }
    at = end;
  }
  // Octets after the last record belong to nothing: the sender and we read the message differently.
  return at === length ? decoded : DECODED.FORMERR;
}
