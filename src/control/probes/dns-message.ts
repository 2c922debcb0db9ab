import { DNS_RCODES, DNS_TYPES, type DnsType } from '../../health/schema-kinds.ts';

const IN = 1;
const HEADER_BYTES = 12;
const QR = 0x8000;
const TC = 0x0200;

/** Names lead back to earlier ones at most so often: a chain of pointers cannot be longer in an honest message. */
const POINTERS_MAX = 64;

/**
 * Of a name, with the octets of its lengths (RFC 1035 section 2.3.4): a message has room for thousands of longer ones.
 */
const NAME_BYTES_MAX = 255;

/** What a response says of a question. `rcode` by name where it has one here, else its number as text. */
export interface DnsResponse {
  readonly rcode: string;
  readonly isTruncated: boolean;
  /** The data of the answers of the type asked for, as text. */
  readonly data: readonly string[];
}

/** A query for one question (RFC 1035 section 4.1), recursion not desired: the endpoint itself is asked. */
export function encodeQuestion(id: number, name: string, type: DnsType): Buffer {
  const header = Buffer.alloc(HEADER_BYTES);
  header.writeUInt16BE(id, 0);
  header.writeUInt16BE(1, 4);
  const labels = name.split('.').filter((label) => label !== '');
  const octets = labels.flatMap((label) => [Buffer.from([label.length]), Buffer.from(label, 'latin1')]);
  return Buffer.concat([header, ...octets, Buffer.from([0, DNS_TYPES[type] >> 8, DNS_TYPES[type] & 0xff, 0, IN])]);
}

/** Whether a message is a response to a query: the same id and the same question, case apart. */
export function isResponseTo(query: Buffer, message: Buffer): boolean {
  if (message.length < query.length || message.readUInt16BE(0) !== query.readUInt16BE(0)) return false;
  if ((message.readUInt16BE(2) & QR) === 0 || message.readUInt16BE(4) !== 1) return false;
  const question = (octets: Buffer): string => octets.toString('latin1', HEADER_BYTES, query.length).toLowerCase();
  return question(message) === question(query);
}

/** Reads a response to `query`; undefined for one that is broken. */
export function decodeResponse(query: Buffer, message: Buffer, type: DnsType): DnsResponse | undefined {
  const flags = message.readUInt16BE(2);
  const rcode = flags & 0xf;
  const [rcodeName = String(rcode)] = Object.entries(DNS_RCODES).find(([, number]) => number === rcode) ?? [];
  try {
    const data = readAnswers(message, query.length, message.readUInt16BE(6), type);
    return { rcode: rcodeName, isTruncated: (flags & TC) !== 0, data };
  } catch (error) {
    // Reads beyond the end throw in Buffer: there is no cheaper way to bound every one of them.
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

function readAnswers(message: Buffer, start: number, count: number, type: DnsType): string[] {
  const data: string[] = [];
  let at = start;
  for (let index = 0; index < count; index++) {
    at = readName(message, at).end;
    const found = message.readUInt16BE(at);
    const end = at + 10 + message.readUInt16BE(at + 8);
    if (end > message.length) throw new RangeError('data beyond the end');
    if (found === DNS_TYPES[type]) data.push(readData(message, at + 10, end, type));
    at = end;
  }
  return data;
}

/** Data as it stands in a master file, with absolute names in lower case. */
function readData(message: Buffer, at: number, end: number, type: DnsType): string {
  switch (type) {
    case 'A':
      return [...message.subarray(at, end)].join('.');
    case 'AAAA':
      return Array.from({ length: 8 }, (_, index) => message.readUInt16BE(at + 2 * index).toString(16)).join(':');
    case 'TXT':
      return readStrings(message, at, end);
    case 'MX':
      return `${message.readUInt16BE(at)} ${readName(message, at + 2).name}`;
    case 'SRV':
      return `${[0, 2, 4].map((offset) => message.readUInt16BE(at + offset)).join(' ')} ${readName(message, at + 6).name}`;
    case 'SOA':
      return readSoa(message, at);
    default:
      return readName(message, at).name;
  }
}

function readSoa(message: Buffer, at: number): string {
  const primary = readName(message, at);
  const mailbox = readName(message, primary.end);
  const numbers = [0, 4, 8, 12, 16].map((offset) => message.readUInt32BE(mailbox.end + offset));
  return [primary.name, mailbox.name, ...numbers].join(' ');
}

/** The strings of a TXT record, joined, as who publishes one means them. */
function readStrings(message: Buffer, start: number, end: number): string {
  let text = '';
  for (let at = start; at < end; ) {
    const length = message.readUInt8(at);
    text += message.toString('utf8', at + 1, Math.min(end, at + 1 + length));
    at += 1 + length;
  }
  return text;
}

function readName(message: Buffer, start: number): { name: string; end: number } {
  const labels: string[] = [];
  let end: number | undefined;
  let pointers = 0;
  let bytes = 1;
  for (let at = start; ; ) {
    const length = message.readUInt8(at);
    if (length >= 0xc0) {
      if (++pointers > POINTERS_MAX) throw new RangeError('a name without end');
      end ??= at + 2;
      at = message.readUInt16BE(at) & 0x3fff;
    } else if (length === 0) {
      return { name: `${labels.join('.')}.`, end: end ?? at + 1 };
    } else {
      bytes += 1 + length;
      if (length > 63 || at + 1 + length > message.length || bytes > NAME_BYTES_MAX) throw new RangeError('no label');
      labels.push(message.toString('latin1', at + 1, at + 1 + length).toLowerCase());
      at += 1 + length;
    }
  }
}
