import * as Dns from './constants.ts';
import * as Queries from './query.ts';
import { type Decoded, type Query, u16 } from './query.ts';

// Bound in this module: V8 would look an imported constant up again at each use.
const { FAMILY, OPTION, RECORD_FIXED_BYTES } = Dns;
const { COOKIE_BYTES, DECODED, PAYLOAD_BYTES_MIN } = Queries;

/**
 * Decodes an OPT record (RFC 6891 section 6.1) into the query. Returns OK, FORMERR or BADVERS. `at` is the offset of
 * its TYPE, `end` the offset after its rdata; all of it is there.
 */
export function decodeOpt(message: Uint8Array, at: number, end: number, query: Query): Decoded {
  query.hasEdns = true;
  query.payloadBytesMax = Math.max(PAYLOAD_BYTES_MIN, u16(message, at + 2));
  query.dnssecOk = (message[at + 6] & 0x80) !== 0;
  // Checked before the options, since another version may give them another meaning.
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

/** Notes an option, and skips an unknown one (RFC 6891 section 6.1.2). Returns whether it is well formed. */
function decodeOption(code: number, message: Uint8Array, at: number, end: number, query: Query): boolean {
  switch (code) {
    case OPTION.CLIENT_SUBNET:
      return decodeSubnet(message, at, end, query);
    case OPTION.COOKIE:
      return decodeCookie(message, at, end, query);
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

/**
 * The client's 8 octets, alone or followed by a server's 8 to 32. Of several options the first counts (RFC 7873 section
 * 5.2).
 */
function decodeCookie(message: Uint8Array, at: number, end: number, query: Query): boolean {
  if (query.cookieBytes > 0) return true;
  const bytes = end - at;
  const serverBytes = bytes - COOKIE_BYTES.CLIENT;
  if (serverBytes !== 0 && (serverBytes < COOKIE_BYTES.SERVER_MIN || serverBytes > COOKIE_BYTES.SERVER_MAX))
    return false;
  query.cookieBytes = bytes;
  query.cookie0 = littleWord(message, at);
  query.cookie1 = littleWord(message, at + 4);
  if (serverBytes !== COOKIE_BYTES.SERVER) return true;
  query.cookie2 = littleWord(message, at + 8);
  query.cookie3 = littleWord(message, at + 12);
  query.cookie4 = littleWord(message, at + 16);
  query.cookie5 = littleWord(message, at + 20);
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
  // SCOPE 'MUST be set to 0' in queries; the address has exactly the octets that the prefix needs.
  if (message[at + 3] !== 0 || addressBytes !== (sourceBits + 7) >> 3) return false;
  if (sourceBits > prefixBitsMax(family)) return false;
  const spareBits = addressBytes * 8 - sourceBits;
  if (addressBytes > 0 && (message[end - 1] & ((1 << spareBits) - 1)) !== 0) return false;
  query.hasSubnet = true;
  query.subnetFamily = family;
  query.subnetSourceBits = sourceBits;
  query.subnetAddressBytes = addressBytes;
  query.subnet0 = word(message, addressAt, addressBytes);
  query.subnet1 = word(message, addressAt + 4, addressBytes - 4);
  query.subnet2 = word(message, addressAt + 8, addressBytes - 8);
  query.subnet3 = word(message, addressAt + 12, addressBytes - 12);
  return true;
}

/** The 32-bit word at an offset. Only `length` of its octets exist; the others count as zero. */
function word(octets: Uint8Array, at: number, length: number): number {
  if (length >= 4) return (octets[at] << 24) | (octets[at + 1] << 16) | (octets[at + 2] << 8) | octets[at + 3];
  let value = 0;
  for (let index = 0; index < length; index++) value |= octets[at + index] << (24 - 8 * index);
  return value;
}

function littleWord(octets: Uint8Array, at: number): number {
  return octets[at] | (octets[at + 1] << 8) | (octets[at + 2] << 16) | (octets[at + 3] << 24);
}

/**
 * The longest prefix of a family; -1 for an unknown family. Family 0 allows only /0: 'whatever the family, use nothing
 * of it', as dig +subnet=0 sends it.
 */
function prefixBitsMax(family: number): number {
  if (family === FAMILY.IPV4) return 32;
  if (family === FAMILY.IPV6) return 128;
  return family === 0 ? 0 : -1;
}
