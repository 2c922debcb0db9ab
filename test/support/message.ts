import { formatAddress } from '../../src/net/address.ts';

/**
 * A response, its records as lines such as `www.example.com. 300 A 192.0.2.1`, names always with their final dot; before
 * the type stands the class where it is not IN.
 */
export interface Message {
  readonly id: number;
  readonly opcode: number;
  /** OPT's upper bits included. */
  readonly rcode: number;
  /** As dig prints them, without qr: `aa tc rd ra ad cd`; `z` for the reserved bit. */
  readonly flags: string;
  /** `www.example.com. A IN`, '' without one; the name in the case it was sent in. */
  readonly question: string;
  readonly answer: readonly string[];
  readonly authority: readonly string[];
  readonly additional: readonly string[];
  readonly opt: Opt | undefined;
  /** `key. algorithm. time-signed fudge mac original-id error other-data`: octets as hex, `-` for none. */
  readonly tsig: string | undefined;
}

export interface Opt {
  readonly payloadBytes: number;
  readonly version: number;
  readonly flags: number;
  /** As hex, by code. */
  readonly options: readonly (readonly [code: number, data: string])[];
}

interface Rr {
  readonly owner: string;
  readonly type: number;
  readonly class: number;
  readonly ttl: number;
  readonly text: string;
  readonly opt?: { readonly opt: Opt; readonly rcodeHigh: number };
}

const TYPES = ['A', 'NS', 'CNAME', 'SOA', 'PTR', 'MX', 'TXT', 'AAAA', 'SRV', 'DNAME', 'DS', 'ANY'] as const;
const TYPE_NUMBERS: Readonly<Record<(typeof TYPES)[number], number>> = {
  ...{ A: 1, NS: 2, CNAME: 5, SOA: 6, PTR: 12, MX: 15, TXT: 16, AAAA: 28, SRV: 33, DNAME: 39, DS: 43, ANY: 255 },
};
const OPT = 41;
const TSIG = 250;

/** By the mnemonics of this decoder; or TYPEn. */
export function typeNumber(text: string): number {
  const name = TYPES.find((known) => known === text);
  return name === undefined ? Number(/^TYPE(\d+)$/.exec(text)?.[1]) : TYPE_NUMBERS[name];
}

function typeText(type: number): string {
  return TYPES.find((name) => TYPE_NUMBERS[name] === type) ?? `TYPE${type}`;
}

/**
 * Decodes a response and throws at whatever is not as it must be: names and pointers, counts, octets too many, an RRset
 * in pieces, with a record twice or with two TTLs, a second OPT, a TSIG that is not the last. Shares no code with src/dns.
 */
export function readMessage(bytes: Uint8Array): Message {
  const reader = new Reader(Buffer.from(bytes));
  const [id, bits, ...counts] = Array.from({ length: 6 }, () => reader.u16());
  must((bits & 0x8000) !== 0, 'QR is set');
  const [questions, ...records] = counts;
  must(questions <= 1, 'at most one question');
  const question = questions === 1 ? `${reader.name()} ${typeText(reader.u16())} ${classText(reader.u16())}` : '';
  const sections = records.map((count) => Array.from({ length: count }, () => reader.record()));
  must(reader.isAtEnd, 'no octets behind the last record');
  const opts = sections.flat().filter(({ opt }) => opt !== undefined);
  must(opts.length <= 1 && !opts.some((rr) => sections[0].includes(rr) || sections[1].includes(rr)), 'one OPT, last');
  const tsigs = sections.flat().filter(({ type }) => type === TSIG);
  must(
    tsigs.every((rr) => rr === sections[2].at(-1)),
    'one TSIG, the last record of all',
  );
  for (const section of sections) checkRrsets(section);
  const [answer, authority, additional] = sections.map((rrs) =>
    rrs.filter((rr) => !rr.opt && rr.type !== TSIG).map(lineOf),
  );
  const rcode = (bits & 15) | ((opts[0]?.opt?.rcodeHigh ?? 0) << 4);
  const base = { id, opcode: (bits >> 11) & 15, rcode, flags: flagsText(bits), question };
  return { ...base, answer, authority, additional, opt: opts[0]?.opt?.opt, tsig: tsigs[0]?.text };
}

const FLAGS = Object.entries({ aa: 0x400, tc: 0x200, rd: 0x100, ra: 0x80, z: 0x40, ad: 0x20, cd: 0x10 });

const flagsText = (bits: number): string =>
  FLAGS.flatMap(([flag, mask]) => ((bits & mask) === 0 ? [] : [flag])).join(' ');

const CLASSES: Readonly<Record<number, string>> = { 1: 'IN', 3: 'CH', 255: 'ANY' };

const classText = (code: number): string => CLASSES[code] ?? `CLASS${code}`;

const lineOf = ({ owner, ttl, class: code, type, text }: Rr): string =>
  `${owner} ${ttl} ${code === 1 ? '' : `${classText(code)} `}${typeText(type)} ${text}`;

function checkRrsets(section: readonly Rr[]): void {
  let before = '';
  const seen = new Map<string, number>();
  for (const rr of section) {
    const rrset = `${rr.owner.toLowerCase()} ${rr.type}`;
    must(rrset === before || !seen.has(rrset), `the RRset ${rrset} is in one piece`);
    must((seen.get(rrset) ?? rr.ttl) === rr.ttl, `the RRset ${rrset} has one TTL (RFC 2181 section 5.2)`);
    seen.set(rrset, rr.ttl);
    before = rrset;
  }
  must(new Set(section.map(lineOf)).size === section.length, 'no record stands there twice');
}

class Reader {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  get isAtEnd(): boolean {
    return this.#at === this.#bytes.length;
  }

  u8(): number {
    return this.#bytes.readUInt8(this.#at++); // throws behind the end, as all reads here do
  }

  u16(): number {
    return this.u8() * 256 + this.u8();
  }

  u32(): number {
    return this.u16() * 65536 + this.u16();
  }

  octets(count: number): Buffer {
    must(this.#at + count <= this.#bytes.length, 'the octets are there');
    this.#at += count;
    return this.#bytes.subarray(this.#at - count, this.#at);
  }

  /** A name as text, with its final dot. */
  name(): string {
    const labels = this.#labels();
    const nameBytes = labels.reduce((sum, label) => sum + 1 + label.length, 1);
    must(nameBytes <= 255, 'a name has at most 255 octets');
    return labels.map((label) => `${[...label].map(octetText).join('')}.`).join('') || '.';
  }

  /** Pointers lead to before the name they end, and so never in a circle. */
  #labels(): Buffer[] {
    const start = this.#at;
    const labels: Buffer[] = [];
    for (let size = this.u8(); size !== 0; size = this.u8()) {
      if (size >= 0xc0) {
        const target = (size & 0x3f) * 256 + this.u8();
        must(target >= 12 && target < start, 'a pointer leads back');
        const behind = this.#at;
        this.#at = target;
        labels.push(...this.#labels());
        this.#at = behind;
        return labels;
      }
      must(size < 64, 'a label has at most 63 octets');
      labels.push(this.octets(size));
    }
    return labels;
  }

  record(): Rr {
    const owner = this.name();
    const [type, recordClass, ttl] = [this.u16(), this.u16(), this.u32()];
    const length = this.u16();
    const end = this.#at + length;
    if (type === OPT) {
      must(owner === '.', 'an OPT is owned by the root');
      const opt = { payloadBytes: recordClass, version: (ttl >> 16) & 255, flags: ttl & 0xffff };
      return {
        owner,
        type,
        class: recordClass,
        ttl,
        text: '',
        opt: { rcodeHigh: ttl >>> 24, opt: { ...opt, options: this.#options(end) } },
      };
    }
    if (type === TSIG) must(recordClass === 255 && ttl === 0, 'a TSIG is of class ANY, with TTL 0');
    else must(recordClass === 1 || recordClass === 3, 'a record is of class IN or CH');
    const text = type === TSIG ? `${owner} ${this.#tsig()}` : this.#rdata(type, length);
    must(this.#at === end, 'rdata ends where its length says');
    return { owner, type, class: recordClass, ttl, text };
  }

  #options(end: number): (readonly [number, string])[] {
    const options: (readonly [number, string])[] = [];
    while (this.#at < end) options.push([this.u16(), this.octets(this.u16()).toString('hex')]);
    must(this.#at === end, 'options end where the OPT does');
    return options;
  }

  #tsig(): string {
    const hex = (count: number): string => this.octets(count).toString('hex') || '-';
    const [algorithm, time, fudge] = [this.name(), this.octets(6).readUIntBE(0, 6), this.u16()];
    const mac = hex(this.u16());
    return [algorithm, time, fudge, mac, this.u16(), this.u16(), hex(this.u16())].join(' ');
  }

  #rdata(type: number, length: number): string {
    switch (typeText(type)) {
      case 'A':
        return formatAddress({ family: 4, bytes: this.octets(4) });
      case 'AAAA':
        return formatAddress({ family: 6, bytes: this.octets(16) });
      case 'NS':
      case 'CNAME':
      case 'PTR':
      case 'DNAME':
        return this.name();
      case 'MX':
        return `${this.u16()} ${this.name()}`;
      case 'SRV':
        return `${this.u16()} ${this.u16()} ${this.u16()} ${this.name()}`;
      case 'SOA':
        return [this.name(), this.name(), ...Array.from({ length: 5 }, () => this.u32())].join(' ');
      default:
        return `\\# ${length} ${this.octets(length).toString('hex')}`.trim();
    }
  }
}

function octetText(octet: number): string {
  const character = String.fromCharCode(octet);
  if (octet <= 0x20 || octet >= 0x7f) return `\\${String(octet).padStart(3, '0')}`;
  return '."\\;()@$'.includes(character) ? `\\${character}` : character;
}

function must(condition: boolean, what: string): asserts condition {
  if (!condition) throw new Error(`not so: ${what}`);
}
