import * as Dns from '../../dns/constants.ts';
import { type Query, u16 } from '../../dns/query.ts';
import * as Names from '../../snapshot/names.ts';
import type { ExtendedError } from './opt.ts';
import { write16, write32 } from './write.ts';

// Bound in this module: V8 would look an imported constant up again at each use.
const { CLASS, HEADER_BYTES, TYPE } = Dns;
const { RECORD_FIXED_BYTES } = Names;

/** The most that a message can have (RFC 1035 section 4.2.2: its length is two octets). */
export const MESSAGE_BYTES_MAX = 0xffff;

/** The sections in which records are counted, as offsets in the header. */
export const SECTION = { ANSWER: 6, AUTHORITY: 8, ADDITIONAL: 10 } as const;
export type Section = (typeof SECTION)[keyof typeof SECTION];

/** The question's name stands right behind the header, in every message that we write. */
export const QNAME_AT = HEADER_BYTES;

/** No place in a message: the answer leads to no further name. */
export const NOWHERE = 0;

/** Larger offsets do not fit a compression pointer (RFC 1035 section 4.1.4). */
const POINTER_MAX = 0x3fff;

const FLAG = { QR: 0x80, AA: 0x04, TC: 0x02, RD: 0x01, CD: 0x10 } as const;

/** Writes one response at a time into a buffer that lives as long as the worker. Allocates nothing. */
export class ResponseWriter {
  /** A transport may put its own buffer here, with room for the longest response that it allows. */
  out: Uint8Array = new Uint8Array(MESSAGE_BYTES_MAX);
  at = 0;
  isAuthoritative = false;
  isTruncated = false;
  rcode = 0;
  /** SCOPE PREFIX-LENGTH for the Client Subnet option (RFC 7871 section 7.2.1). */
  scopeBits = 0;
  /** For the OPT (RFC 8914). */
  extendedError: ExtendedError | undefined;
  #limit = 0;

  /**
   * Begins with the header and, if one was understood, the question as it was asked, letter case included. Records may
   * be written up to `limit`. The message may lie in `out` itself: then header and question are in place already.
   */
  begin(message: Uint8Array, query: Query, limit: number): void {
    this.isAuthoritative = false;
    this.isTruncated = false;
    this.rcode = 0;
    this.scopeBits = 0;
    this.extendedError = undefined;
    const end = query.questionEnd === 0 ? HEADER_BYTES : query.questionEnd;
    const { out } = this;
    if (out !== message) for (let at = 0; at < end; at++) out[at] = message[at];
    out[4] = 0;
    out[5] = query.questionEnd === 0 ? 0 : 1;
    for (let at = 6; at < HEADER_BYTES; at++) out[at] = 0;
    this.at = end;
    this.#limit = limit;
  }

  /**
   * Copies records that lie ready (see snapshot/names), owned by the name at `ownerAt` in this message. Returns false,
   * with nothing written, if they do not all fit: a section never holds a part of an RRset.
   */
  copyRecords(
    section: Section,
    from: Uint8Array,
    fromAt: number,
    length: number,
    count: number,
    ownerAt: number,
  ): boolean {
    const { out } = this;
    const start = this.at;
    if (start + length > this.#limit || ownerAt > POINTER_MAX) return false;
    for (let index = 0; index < length; index++) out[start + index] = from[fromAt + index];
    this.at = start + length;
    if (ownerAt !== QNAME_AT) this.#setOwners(start, ownerAt);
    this.#count(section, count);
    return true;
  }

  /**
   * Copies `count` equally long records, beginning with number `first` and going round, with a TTL of their own.
   * Returns false, with nothing written, if they do not all fit.
   */
  copyAlike(
    from: Uint8Array,
    fromAt: number,
    recordBytes: number,
    count: number,
    first: number,
    ownerAt: number,
    ttlSeconds: number,
  ): boolean {
    // No look at POINTER_MAX: the owner is in the question or in a chain of CNAMEs, which ends far before it.
    if (this.at + count * recordBytes > this.#limit) return false;
    for (let index = 0, record = first; index < count; index++, record = record + 1 === count ? 0 : record + 1) {
      this.#copyRecord(from, fromAt + record * recordBytes, recordBytes, ownerAt, ttlSeconds);
    }
    this.#count(SECTION.ANSWER, count);
    return true;
  }

  /**
   * Writes a CNAME whose target is the first `prefixBytes` octets of its owner before the name at `suffixAt` (RFC 6672
   * section 3.1), all of it uncompressed. Returns false, with nothing written, if it does not fit.
   */
  writeCname(ownerAt: number, prefixBytes: number, suffixAt: number, suffixBytes: number, ttlSeconds: number): boolean {
    const { out, at } = this;
    const dataBytes = prefixBytes + suffixBytes;
    if (at + RECORD_FIXED_BYTES + dataBytes > this.#limit) return false;
    writePointer(out, at, ownerAt);
    write16(out, at + 2, TYPE.CNAME);
    write16(out, at + 4, CLASS.IN);
    write32(out, at + 6, ttlSeconds);
    write16(out, at + 10, dataBytes);
    const dataAt = at + RECORD_FIXED_BYTES;
    out.copyWithin(dataAt, ownerAt, ownerAt + prefixBytes);
    out.copyWithin(dataAt + prefixBytes, suffixAt, suffixAt + suffixBytes);
    this.at = dataAt + dataBytes;
    this.#count(SECTION.ANSWER, 1);
    return true;
  }

  /** Sets the TTL of the one record that starts at `recordAt`. */
  setTtl(recordAt: number, ttlSeconds: number): void {
    write32(this.out, recordAt + 6, ttlSeconds);
  }

  /** Takes back a section's records from `at` on: an RRset that does not fit is left out as a whole. */
  rollBack(section: Section, at: number, count: number): void {
    this.at = at;
    this.#count(section, -count);
  }

  /** Takes back everything after the question. */
  empty(query: Query): void {
    this.at = Math.max(HEADER_BYTES, query.questionEnd);
    for (let at = SECTION.ANSWER; at < HEADER_BYTES; at++) this.out[at] = 0;
    this.isTruncated = false;
    this.scopeBits = 0; // there is nothing whose scope it could be
  }

  /** Counts a record that was written after all others, up to `end`, into the additional section. */
  append(end: number): void {
    this.at = end;
    this.#count(SECTION.ADDITIONAL, 1);
  }

  /** Writes the flags. */
  finish(query: Query): void {
    const { out } = this;
    out[2] =
      FLAG.QR |
      (query.opcode << 3) |
      (this.isAuthoritative ? FLAG.AA : 0) |
      (this.isTruncated ? FLAG.TC : 0) |
      (query.recursionDesired ? FLAG.RD : 0);
    // RA and AD stay 0: we neither recurse nor validate. CD is copied (RFC 4035 section 3.1.6).
    out[3] = (query.checkingDisabled ? FLAG.CD : 0) | (this.rcode & 15);
  }

  #copyRecord(from: Uint8Array, fromAt: number, length: number, ownerAt: number, ttlSeconds: number): void {
    const { out, at } = this;
    for (let index = 0; index < length; index++) out[at + index] = from[fromAt + index];
    writePointer(out, at, ownerAt);
    this.setTtl(at, ttlSeconds);
    this.at = at + length;
  }

  /** Points the owners of the records from `start` to the end at another name. */
  #setOwners(start: number, ownerAt: number): void {
    const { out } = this;
    for (let at = start; at < this.at; at += RECORD_FIXED_BYTES + u16(out, at + 10)) writePointer(out, at, ownerAt);
  }

  #count(section: Section, count: number): void {
    write16(this.out, section, u16(this.out, section) + count);
  }
}

function writePointer(out: Uint8Array, at: number, target: number): void {
  out[at] = 0xc0 | (target >> 8);
  out[at + 1] = target;
}
