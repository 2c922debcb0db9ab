import * as Dns from '../../dns/constants.ts';
import type { Query } from '../../dns/query.ts';
import type { PlaneSettings } from '../../snapshot/settings.ts';
import type { ClientAddress } from './client.ts';
import type { Cookies } from './cookies.ts';
import * as CookieParts from './cookies.ts';
import { write16 } from './write.ts';

// Bound in this module: V8 would look an imported constant up again at each use.
const { OPTION, TYPE } = Dns;
const { COOKIE_DATA_BYTES } = CookieParts;

/**
 * The most octets of an answer over UDP, and what we tell clients that we accept. It fits every common path without
 * fragmentation (DNS Flag Day 2020; RFC 9715 section 3.2.1 would allow 1400).
 */
export const UDP_PAYLOAD_BYTES = 1232;

const OPT_BYTES = 11;
const OPTION_BYTES = 4; // code and length
const SUBNET_BYTES = 4; // family, source, scope
const KEEPALIVE_BYTES = 2;

/** Responses over TLS have a multiple of this many octets, so that their length says little (RFC 8467 section 4.1). */
const PADDING_BLOCK_BYTES = 468;

/** RFC 8914. The text is for whoever reads the resolver's log. */
export interface ExtendedError {
  readonly code: number;
  readonly text: Uint8Array;
}

const extendedError = (code: number, text: string): ExtendedError => ({ code, text: Buffer.from(text, 'latin1') });

export const EXTENDED_ERROR = {
  NO_ENDPOINT_UP: extendedError(0, 'no endpoint is up'),
  NOT_READY: extendedError(14, 'no address is known yet'),
  PROHIBITED: extendedError(18, 'no zone transfers'),
  NOT_AUTHORITATIVE: extendedError(20, ''),
  NOT_SUPPORTED: extendedError(21, ''),
} as const;

/** What the OPT of a response depends on besides the query. One object is used for all. */
export interface OptContext {
  readonly sender: ClientAddress;
  /** The lower 32 bits of the time of day. */
  nowSeconds: number;
  /** The most octets that the message may have. */
  limit: number;
  /** Octets of the TSIG record that follows; 0: none does. */
  tsigBytes: number;
  rcode: number;
  scopeBits: number;
  extendedError: ExtendedError | undefined;
  /** For how long the connection may be idle; undefined if there is no connection. */
  idleMs: number | undefined;
  isEncrypted: boolean;
}

/** Writes the OPT record of a response (RFC 6891 section 6.1.2), with the options that the query calls for. */
export class OptWriter {
  readonly #nsid: Uint8Array;
  readonly #cookies: Cookies;

  constructor({ nsid = '' }: PlaneSettings, cookies: Cookies) {
    this.#nsid = Buffer.from(nsid, 'latin1');
    this.#cookies = cookies;
  }

  /** Octets that must stay free for it. Extended errors and padding use what is left over. */
  bytes(query: Query, idleMs: number | undefined): number {
    if (!query.hasEdns) return 0;
    return (
      OPT_BYTES +
      (query.hasSubnet ? OPTION_BYTES + SUBNET_BYTES + query.subnetAddressBytes : 0) +
      (query.wantsNsid && this.#nsid.length > 0 ? OPTION_BYTES + this.#nsid.length : 0) +
      (query.cookieBytes > 0 ? OPTION_BYTES + COOKIE_DATA_BYTES : 0) +
      (query.wantsKeepalive && idleMs !== undefined ? OPTION_BYTES + KEEPALIVE_BYTES : 0)
    );
  }

  /** Writes it at `start`. Returns the offset after it. */
  write(out: Uint8Array, start: number, query: Query, context: OptContext): number {
    out[start] = 0; // owned by the root
    write16(out, start + 1, TYPE.OPT);
    write16(out, start + 3, UDP_PAYLOAD_BYTES);
    out[start + 5] = context.rcode >> 4;
    out[start + 6] = 0;
    out[start + 7] = query.dnssecOk ? 0x80 : 0;
    out[start + 8] = 0;
    let at = start + OPT_BYTES;
    if (query.hasSubnet) at = writeSubnet(out, at, query, context.scopeBits);
    if (query.wantsNsid && this.#nsid.length > 0) at = writeOption(out, at, OPTION.NSID, this.#nsid);
    if (query.cookieBytes > 0) at = this.#writeCookie(out, at, query, context);
    if (query.wantsKeepalive && context.idleMs !== undefined) at = writeKeepalive(out, at, context.idleMs);
    if (context.extendedError !== undefined) at = writeError(out, at, context.limit, context.extendedError);
    if (query.hasPadding && context.isEncrypted) at = writePadding(out, at, context);
    write16(out, start + 9, at - start - OPT_BYTES);
    return at;
  }

  /** RFC 7873 section 5.2, RFC 9018. */
  #writeCookie(out: Uint8Array, start: number, query: Query, context: OptContext): number {
    const at = writeHeader(out, start, OPTION.COOKIE, COOKIE_DATA_BYTES);
    this.#cookies.write(out, at, query, context.sender, context.nowSeconds);
    return at + COOKIE_DATA_BYTES;
  }
}

/** The Client Subnet option as it came, with the scope (RFC 7871 section 7.2.1). */
function writeSubnet(out: Uint8Array, start: number, query: Query, scopeBits: number): number {
  const at = writeHeader(out, start, OPTION.CLIENT_SUBNET, SUBNET_BYTES + query.subnetAddressBytes);
  write16(out, at, query.subnetFamily);
  out[at + 2] = query.subnetSourceBits;
  // A query that says 'do not use' gets scope 0 (RFC 7871 section 7.1.2).
  out[at + 3] = query.subnetSourceBits === 0 ? 0 : scopeBits;
  const addressAt = at + SUBNET_BYTES;
  const bytes = query.subnetAddressBytes;
  writeWord(out, addressAt, query.subnet0, bytes);
  if (bytes > 4) writeWord(out, addressAt + 4, query.subnet1, bytes - 4);
  if (bytes > 8) writeWord(out, addressAt + 8, query.subnet2, bytes - 8);
  if (bytes > 12) writeWord(out, addressAt + 12, query.subnet3, bytes - 12);
  return addressAt + bytes;
}

/** The first octets of a 32-bit word in network order, at most 4. */
function writeWord(out: Uint8Array, at: number, word: number, bytes: number): void {
  for (let index = 0, left = word; index < bytes && index < 4; index++, left <<= 8) out[at + index] = left >>> 24;
}

/** How long the connection may be idle, in tenths of a second (RFC 7828 section 3.1). */
function writeKeepalive(out: Uint8Array, start: number, idleMs: number): number {
  const at = writeHeader(out, start, OPTION.TCP_KEEPALIVE, KEEPALIVE_BYTES);
  write16(out, at, Math.min(0xffff, Math.floor(idleMs / 100)));
  return at + KEEPALIVE_BYTES;
}

/** An extended error (RFC 8914 section 2), as far as there is room: with its text, without it, or not at all. */
function writeError(out: Uint8Array, start: number, limit: number, { code, text }: ExtendedError): number {
  const room = limit - start - OPTION_BYTES - 2;
  if (room < 0) return start;
  const textBytes = text.length <= room ? text.length : 0;
  const at = writeHeader(out, start, OPTION.EXTENDED_ERROR, 2 + textBytes);
  write16(out, at, code);
  for (let index = 0; index < textBytes; index++) out[at + 2 + index] = text[index];
  return at + 2 + textBytes;
}

/** Padding that makes the message a multiple of a block (RFC 7830, RFC 8467), as far as it may grow. */
function writePadding(out: Uint8Array, start: number, { limit, tsigBytes }: OptContext): number {
  const unpadded = start + OPTION_BYTES;
  if (unpadded > limit) return start;
  const blocks = Math.ceil((unpadded + tsigBytes) / PADDING_BLOCK_BYTES);
  const end = Math.min(limit, blocks * PADDING_BLOCK_BYTES - tsigBytes);
  const at = writeHeader(out, start, OPTION.PADDING, end - unpadded);
  out.fill(0, at, end);
  return end;
}

function writeOption(out: Uint8Array, start: number, code: number, data: Uint8Array): number {
  const at = writeHeader(out, start, code, data.length);
  for (let index = 0; index < data.length; index++) out[at + index] = data[index];
  return at + data.length;
}

/** Returns where the option's data goes. */
function writeHeader(out: Uint8Array, start: number, code: number, dataBytes: number): number {
  write16(out, start, code);
  write16(out, start + 2, dataBytes);
  return start + OPTION_BYTES;
}
