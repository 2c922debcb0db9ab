import { typeNumber } from './message.ts';

/** What a query is besides its question. Numbers as they go on the wire. */
export interface Asked {
  readonly id?: number;
  readonly opcode?: number;
  /** Of `tc rd ra z ad cd aa`. */
  readonly flags?: string;
  readonly class?: number;
  readonly edns?: AskedEdns;
  /** Where the header shall say something else than is there. */
  readonly counts?: readonly [questions: number, answers: number, authorities: number, additionals: number];
  /** Octets behind all else, as hex. */
  readonly trailing?: string;
}

export interface AskedEdns {
  readonly payloadBytes?: number;
  readonly version?: number;
  readonly flags?: number;
  /** Options as hex, code and length included. */
  readonly options?: readonly string[];
}

const FLAG_BITS: Readonly<Record<string, number>> = {
  ...{ qr: 0x8000, aa: 0x400, tc: 0x200, rd: 0x100, ra: 0x80, z: 0x40, ad: 0x20, cd: 0x10 },
};

/** The octets of a query for `name type`; built here from text, without any code of src/dns. */
export function query(question: string, asked: Asked = {}): Buffer {
  const [name = '.', type = 'A'] = question.split(' ');
  const bits = (asked.flags ?? '').split(' ').reduce((sum, flag) => sum | (FLAG_BITS[flag] ?? 0), 0);
  const counts = asked.counts ?? [question === '' ? 0 : 1, 0, 0, asked.edns === undefined ? 0 : 1];
  const header = hex16(asked.id ?? 0x1234, bits | ((asked.opcode ?? 0) << 11), ...counts);
  const asks = question === '' ? '' : nameHex(name) + hex16(typeNumber(type), asked.class ?? 1);
  const opt = asked.edns === undefined ? '' : optHex(asked.edns);
  return Buffer.from(header + asks + opt + (asked.trailing ?? ''), 'hex');
}

export function optHex({ payloadBytes = 1232, version = 0, flags = 0, options = [] }: AskedEdns): string {
  const data = options.join('');
  return `00${hex16(41, payloadBytes, version, flags, data.length / 2)}${data}`;
}

/** What a TSIG record is (RFC 8945 section 4.2); octets as hex. What is left out is that of a good one. */
export interface AskedTsig {
  readonly key?: string;
  readonly type?: number;
  readonly class?: number;
  readonly ttlSeconds?: number;
  readonly algorithm?: string;
  readonly mac?: string;
  readonly error?: number;
  readonly other?: string;
  /** Behind all else of its rdata. */
  readonly trailing?: string;
}

/** A TSIG record, signed at 1700000000 with a fudge of 300. */
export function tsigHex(tsig: AskedTsig = {}): string {
  const { key = nameHex('key.example.'), algorithm = nameHex('hmac-sha256.'), mac = 'ab'.repeat(32) } = tsig;
  const { type = 250, class: code = 255, ttlSeconds = 0, error = 0, other = '', trailing = '' } = tsig;
  const signed = `00006553f100${hex16(300, mac.length / 2)}${mac}${hex16(0x1234, error, other.length / 2)}${other}`;
  const data = algorithm + signed + trailing;
  return `${key}${hex16(type, code, 0, ttlSeconds, data.length / 2)}${data}`;
}

/** A Client Subnet option: its ADDRESS is given as it is sent, so that it can be wrong. */
export function subnetOption(family: number, sourceBits: number, address: string, scopeBits = 0): string {
  return option(8, hex16(family, (sourceBits << 8) | scopeBits) + address);
}

export function option(code: number, data: string): string {
  return hex16(code, data.length / 2) + data;
}

/** A name in wire form, as hex. `\DDD` and `\X` escape. */
export function nameHex(name: string): string {
  const labels = name.match(/(?:\\\d{3}|\\.|[^.\\])+/gs) ?? [];
  const octets = labels.map((label) => {
    const text = label.replace(/\\(\d{3}|.)/gs, (_, code: string) =>
      code.length === 3 ? String.fromCharCode(Number(code)) : code,
    );
    return Buffer.concat([Buffer.of(text.length), Buffer.from(text, 'latin1')]).toString('hex');
  });
  return `${octets.join('')}00`;
}

export function hex16(...values: readonly number[]): string {
  return values.map((value) => value.toString(16).padStart(4, '0')).join('');
}
