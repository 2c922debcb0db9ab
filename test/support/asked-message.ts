/**
 * What octets ask for, by a second reading of the RFCs that shares no code with src/dns: which reply must come, and what
 * must stand in it. Slow, and plain to compare with the text.
 */
export interface AskedMessage {
  /** undefined: no reply. Several, where the zones decide. */
  readonly rcodes: readonly number[] | undefined;
  /** How many octets the question has in the message, and so in the reply. */
  readonly questionBytes: number;
  readonly opt: AskedOpt | undefined;
}

interface AskedOpt {
  readonly payloadBytes: number;
  readonly isDnssecOk: boolean;
  /** The data of the first COOKIE and CLIENT-SUBNET options that are well formed. */
  cookie?: Buffer;
  subnet?: Buffer;
}

const [FORMERR, NOTIMP, REFUSED, NOTAUTH, BADVERS] = [1, 4, 5, 9, 16];
/** NOERROR, NXDOMAIN, YXDOMAIN, BADCOOKIE. SERVFAIL never: all there is to know is at hand. */
const DECIDED_BY_ZONES = [0, 3, 5, 6, 23];
const [OPT, TSIG, COOKIE, SUBNET] = [41, 250, 10, 8];

class Malformed extends Error {}

/** What is known of the message as far as it was read. */
interface Reading {
  questionBytes: number;
  opt: AskedOpt | undefined;
  isOtherVersion: boolean;
  isSigned: boolean;
  qtype?: number;
  qclass?: number;
}

export function readAsked(octets: Buffer): AskedMessage {
  const reading: Reading = { questionBytes: 0, opt: undefined, isOtherVersion: false, isSigned: false };
  if (octets.length < 12 || (octets[2] & 0x80) !== 0) return { ...reading, rcodes: undefined };
  const isWhole = isReadWhole(octets, reading);
  const isQuery = ((octets[2] >> 3) & 15) === 0;
  if (isWhole && reading.isOtherVersion) return { ...reading, rcodes: [BADVERS] };
  if (!isQuery) return { ...reading, rcodes: [NOTIMP] };
  return { ...reading, rcodes: isWhole ? rcodesOf(reading) : [FORMERR] };
}

function isReadWhole(octets: Buffer, reading: Reading): boolean {
  try {
    readAll(octets, reading);
    return true;
  } catch (error) {
    if (error instanceof Malformed || error instanceof RangeError) return false; // RangeError: read behind the end
    throw error;
  }
}

function rcodesOf({ qtype, qclass = 0, opt, isSigned }: Reading): readonly number[] {
  if (qtype === undefined) {
    if (opt?.cookie === undefined || isSigned) return [FORMERR]; // RFC 7873 section 5.4
    return opt.cookie.length === 8 ? [0] : [0, 23];
  }
  if (isSigned) return [NOTAUTH]; // RFC 8945 section 5.2.1: there is no key that we know
  if ([252, 251].includes(qtype)) return [REFUSED];
  if ([253, 254].includes(qtype)) return [NOTIMP];
  if (qtype === 0 || qtype === OPT || (qtype >= 128 && qtype <= 250)) return [FORMERR];
  if (qclass === 3) return [0, REFUSED];
  return qclass === 1 || qclass === 255 ? DECIDED_BY_ZONES.filter((rcode) => rcode !== 23) : [REFUSED];
}

function readAll(octets: Buffer, reading: Reading): void {
  const [questions, answers, authorities, additionals] = [4, 6, 8, 10].map((at) => octets.readUInt16BE(at));
  must(questions <= 1); // RFC 9619
  let at = 12;
  if (questions === 1) {
    at = nameEnd(octets, at, false) + 4;
    const [qtype, qclass] = [octets.readUInt16BE(at - 4), octets.readUInt16BE(at - 2)];
    Object.assign(reading, { qtype, qclass, questionBytes: at - 12 });
  }
  for (let index = 0; index < answers + authorities + additionals; index++) {
    const ownerAt = at;
    at = nameEnd(octets, at, true);
    const data = at + 10;
    const end = data + octets.readUInt16BE(at + 8);
    must(end <= octets.length);
    if (octets.readUInt16BE(at) === OPT) {
      must(octets[ownerAt] === 0 && reading.opt === undefined && index >= answers + authorities); // RFC 6891 section 6.1.1
      readOpt(octets, at, octets.subarray(data, end), reading);
    }
    if (octets.readUInt16BE(at) === TSIG) {
      must(additionals > 0 && index === answers + authorities + additionals - 1); // RFC 8945 section 5.2
      must(octets.readUInt16BE(at + 2) === 255);
      checkKeyName(octets, ownerAt);
      checkTsigData(octets.subarray(data, end));
      reading.isSigned = true;
    }
    at = end;
  }
  must(at === octets.length);
}

function readOpt(octets: Buffer, at: number, data: Buffer, reading: Reading): void {
  const payloadBytes = Math.max(512, octets.readUInt16BE(at + 2));
  const opt: AskedOpt = { payloadBytes, isDnssecOk: (octets.readUInt16BE(at + 6) & 0x8000) !== 0 };
  reading.opt = opt;
  reading.isOtherVersion = octets.readUInt8(at + 5) !== 0;
  if (reading.isOtherVersion) return;
  for (let rest = data; rest.length > 0; ) {
    const end = 4 + rest.readUInt16BE(2);
    must(end <= rest.length);
    readOption(rest.readUInt16BE(0), rest.subarray(4, end), opt);
    rest = rest.subarray(end);
  }
}

function readOption(code: number, data: Buffer, opt: AskedOpt): void {
  if (code === COOKIE && opt.cookie === undefined) {
    must(data.length === 8 || (data.length >= 16 && data.length <= 40)); // RFC 7873 section 4
    opt.cookie = data;
  }
  if (code !== SUBNET) return;
  // RFC 7871 section 6: the address has no more octets than its prefix, no bit beyond it, and a query no scope.
  must(opt.subnet === undefined);
  const [family, sourceBits, scopeBits] = [data.readUInt16BE(0), data.readUInt8(2), data.readUInt8(3)];
  must(scopeBits === 0 && sourceBits <= ([0, 32, 128][family] ?? -1));
  const bits = [...data.subarray(4)].map((octet) => octet.toString(2).padStart(8, '0')).join('');
  must(bits.length === Math.ceil(sourceBits / 8) * 8 && !bits.slice(sourceBits).includes('1'));
  opt.subnet = data;
}

/** The offset behind a name. A pointer ends it, where there can be one, and leads back, behind the header. */
function nameEnd(octets: Buffer, start: number, mayPoint: boolean): number {
  for (let at = start; ; ) {
    must(at - start < 255); // RFC 1035 section 3.1
    const size = octets.readUInt8(at);
    if (size === 0) return at + 1;
    if (size >= 0xc0) {
      const target = octets.readUInt16BE(at) & 0x3fff;
      must(mayPoint && target >= 12 && target < at);
      return at + 2;
    }
    must(size < 64);
    at += 1 + size;
  }
}

/** It may be compressed, and what its pointers lead to may be no name. */
function checkKeyName(octets: Buffer, start: number): void {
  let nameBytes = 1;
  let highest = start;
  for (let at = start; octets.readUInt8(at) !== 0; ) {
    const size = octets.readUInt8(at);
    if (size >= 0xc0) {
      at = octets.readUInt16BE(at) & 0x3fff;
      must(at >= 12 && at < highest); // each leads back, so that there is an end
      highest = at;
    } else {
      nameBytes += 1 + size;
      must(size < 64 && nameBytes <= 255);
      at += 1 + size;
    }
  }
}

/** RFC 8945 section 4.2. The algorithm's name is not compressed. */
function checkTsigData(data: Buffer): void {
  const timeAt = nameEnd(data, 0, false);
  const macEnd = timeAt + 10 + data.readUInt16BE(timeAt + 8);
  must(macEnd + 6 + data.readUInt16BE(macEnd + 4) === data.length);
}

function must(condition: boolean): asserts condition {
  if (!condition) throw new Malformed();
}
