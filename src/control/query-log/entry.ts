import { CLASS, RCODE } from '../../dns/constants.ts';
import { nameToText, type WireName } from '../../dns/name.ts';
import { typeToText } from '../../dns/types.ts';
import { formatAddress } from '../../net/address.ts';
import { FLAG, FLAG_SHIFT, RECORD } from '../../snapshot/query-log.ts';
import { type RecordBatch, wordsAt } from './ring-reader.ts';

/** What the numbers of a world stand for: services by slot, regions by their place in the configuration. */
export interface WorldNames {
  readonly world: number;
  readonly services: readonly string[];
  readonly regions: readonly string[];
}

/** A query and what became of it, in the words of RFC 9499 and RFC 7871: one line of the log. */
export interface QueryEntry {
  /** ISO 8601. */
  readonly time: string;
  readonly transport: 'UDP' | 'TCP' | 'TLS';
  /** The address that the query came from. */
  readonly resolver: string;
  /** ADDRESS/SOURCE PREFIX-LENGTH, where the query had a Client Subnet option. */
  readonly clientSubnet?: string | undefined;
  /** Along with it: for how large a network the answer holds. */
  readonly scopePrefixLength?: number | undefined;
  /** As it was asked, letter case included; it and the next two are not there where no question could be read. */
  readonly qname?: string | undefined;
  readonly qtype?: string | undefined;
  readonly qclass?: string | undefined;
  readonly rcode: string;
  /** AA and TC of the response; RD, DO and COOKIE (whether the option was there) of the query. */
  readonly flags: readonly string[];
  /** What the rate limit did to the response. */
  readonly limited?: 'dropped' | 'slipped' | undefined;
  readonly service?: string | undefined;
  /** That of the first endpoint in the answer. */
  readonly region?: string | undefined;
  /** Octets of the response; 0: there was none. */
  readonly responseBytes: number;
}

const RCODES = new Map<number, string>(Object.entries(RCODE).map(([name, code]) => [code, name]));
const CLASSES = new Map<number, string>(Object.entries(CLASS).map(([name, number]) => [number, name]));

const FLAG_NAMES = [
  ['AA', FLAG.AA],
  ['TC', FLAG.TC],
  ['RD', FLAG.RD],
  ['DO', FLAG.DO],
  ['COOKIE', FLAG.COOKIE],
] as const;

/** FLAG bits of the record at a place. */
export function flagsAt({ words }: RecordBatch, place: number): number {
  return words[wordsAt(place) + RECORD.OUTCOME] >>> FLAG_SHIFT;
}

/** The record at a place. Numbers of a world that is not among these are left out. */
export function entryAt(batch: RecordBatch, place: number, worlds: readonly WorldNames[]): QueryEntry {
  const { words, times } = batch;
  const at = wordsAt(place);
  const flags = flagsAt(batch, place);
  const outcome = words[at + RECORD.OUTCOME];
  const rcode = outcome & 0xff;
  const hasSubnet = (flags & FLAG.SUBNET) !== 0;
  const hasQuestion = ((outcome >> 8) & 0xff) !== 0;
  const question = words[at + RECORD.QUESTION];
  const sizes = words[at + RECORD.SIZES];
  const names = worlds.find(({ world }) => world === words[at + RECORD.WORLD]);
  // One shape for all, in the order of a line: tens of thousands of these may be made in a second.
  return {
    time: timeText(times[(at + RECORD.TIME_MS) >> 1]),
    transport: (flags & FLAG.TLS) !== 0 ? 'TLS' : (flags & FLAG.TCP) !== 0 ? 'TCP' : 'UDP',
    resolver: addressText(words, at + RECORD.SENDER, (flags & FLAG.IPV6) !== 0),
    clientSubnet: hasSubnet ? subnetText(words, at, (flags & FLAG.SUBNET_IPV6) !== 0) : undefined,
    scopePrefixLength: hasSubnet ? sizes & 0xff : undefined,
    qname: hasQuestion ? qnameText(batch, at, (outcome >> 8) & 0xff) : undefined,
    qtype: hasQuestion ? typeToText(question >>> 16) : undefined,
    qclass: hasQuestion ? (CLASSES.get(question & 0xffff) ?? `CLASS${question & 0xffff}`) : undefined,
    rcode: RCODES.get(rcode) ?? `${rcode}`,
    flags: FLAG_NAMES.filter(([, bit]) => (flags & bit) !== 0).map(([name]) => name),
    limited: (flags & FLAG.DROPPED) !== 0 ? 'dropped' : (flags & FLAG.SLIPPED) !== 0 ? 'slipped' : undefined,
    service: names?.services[words[at + RECORD.SLOT]],
    region: names?.regions[words[at + RECORD.REGION]],
    responseBytes: sizes >>> 16,
  };
}

/** Of the last time: those of a batch are the same. */
const last = { ms: 0, text: new Date(0).toISOString() };

function timeText(ms: number): string {
  if (ms !== last.ms) {
    last.text = new Date(ms).toISOString();
    last.ms = ms;
  }
  return last.text;
}

function subnetText(words: Int32Array, at: number, isIpv6: boolean): string {
  return `${addressText(words, at + RECORD.SUBNET, isIpv6)}/${(words[at + RECORD.SIZES] >> 8) & 0xff}`;
}

function qnameText({ octets }: RecordBatch, at: number, bytes: number): string {
  const from = (at + RECORD.QNAME) * Int32Array.BYTES_PER_ELEMENT;
  const wire = Buffer.from(octets.buffer, from, bytes).toString('latin1');
  return plainName(wire) ?? nameToText(wire);
}

const PLAIN_LABEL = /^[\w-]+$/;

/** A name of letters, digits, hyphens and underscores, as almost all are: that much is faster. Undefined for others. */
function plainName(wire: WireName): string | undefined {
  let text = '';
  for (let at = 0; at < wire.length - 1; ) {
    const end = at + 1 + wire.charCodeAt(at);
    const label = wire.slice(at + 1, end);
    if (!PLAIN_LABEL.test(label)) return undefined;
    text += `${label}.`;
    at = end;
  }
  return text === '' ? undefined : text;
}

function addressText(words: Int32Array, at: number, isIpv6: boolean): string {
  const word = words[at];
  if (!isIpv6) return `${word >>> 24}.${(word >> 16) & 0xff}.${(word >> 8) & 0xff}.${word & 0xff}`;
  const bytes = new Uint8Array(16);
  for (let index = 0; index < 16; index++) bytes[index] = words[at + (index >> 2)] >>> (24 - 8 * (index & 3));
  return formatAddress({ family: 6, bytes });
}
