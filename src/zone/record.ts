import { TYPE } from '../dns/constants.ts';
import { lowerCaseName, nameFromText } from '../dns/name.ts';
import { parseRdata, RDATA_TYPE_NAMES } from '../dns/rdata/rdata.ts';
import { isMetaType, typeFromText } from '../dns/types.ts';
import { nearestSpelling } from '../util/spelling.ts';
import type { Entry } from './lexer.ts';
import { addressTypeOf, type Header, readHeader, TTL_FORM } from './record-header.ts';
import { type MasterFile, ownerOf, problemAt, type Scope } from './scope.ts';

const SERVICE = 'SERVICE';

/** Reads `[owner] [TTL] [class] type rdata` (RFC 1035 section 5.1) into a record, or into problems. */
export function readRecord(entry: Entry, scope: Scope, out: MasterFile): void {
  readOwner(entry, scope, out);
  const header = readHeader(entry, scope, out);
  if (header.ttlSeconds !== undefined) scope.ttlBeforeSeconds = header.ttlSeconds;
  const typeText = entry.tokens[header.typeAt]?.text ?? '';
  if (typeText.toUpperCase() === SERVICE) readService(entry, header, scope, out);
  else readData(entry, header, scope, out);
}

/** Makes the entry's owner the current one; a relative or repeated owner needs what stood before. */
export function readOwner(entry: Entry, scope: Scope, out: MasterFile): void {
  const token = entry.tokens[0];
  if (token === undefined) return;
  if (entry.ownerOmitted) {
    if (scope.owner === undefined)
      out.problems.push(
        problemAt(scope, entry, 0, 'missing-owner', 'an owner: no record stands above to take it from'),
      );
    return;
  }
  const parsed = token.quoted
    ? { ok: false as const, reason: 'it has quotes' }
    : nameFromText(token.text, scope.origin);
  scope.owner = parsed.ok ? lowerCaseName(parsed.name) : 'unreadable';
  if (!parsed.ok) out.problems.push(problemAt(scope, entry, 0, 'bad-name', `a domain name (${parsed.reason})`));
}

function readService(entry: Entry, header: Header, scope: Scope, out: MasterFile): void {
  const nameAt = header.typeAt + 1;
  const name = entry.tokens[nameAt];
  const surplus = entry.tokens.length > nameAt + 1;
  if (name === undefined || name.text === '' || surplus) {
    const expected = surplus ? 'the end of the record: SERVICE takes one name' : 'the name of a service';
    out.problems.push(problemAt(scope, entry, surplus ? nameAt + 1 : nameAt, 'bad-service', expected));
    return;
  }
  const owner = ownerOf(scope);
  if (!header.valid || owner === undefined) return;
  out.services.push({
    owner,
    // A copy: a slice would keep the text of the whole file alive.
    name: Buffer.from(name.text).toString(),
    ttlSeconds: header.ttlSeconds,
    file: scope.file,
    line: name.line,
    column: name.column,
  });
}

function readData(entry: Entry, header: Header, scope: Scope, out: MasterFile): void {
  const type = readType(entry, header.typeAt, scope, out);
  if (type === undefined) return;
  const rdata = readRdata(entry, header.typeAt + 1, type, scope, out);
  if (type === TYPE.SOA && rdata !== undefined) scope.ttlBeforeSeconds ??= minimumOf(rdata);
  const ttlSeconds = header.ttlSeconds ?? scope.ttlByDirectiveSeconds ?? scope.ttlBeforeSeconds;
  if (ttlSeconds === undefined && header.valid) {
    const expected = 'a TTL before the type, or a $TTL line or the SOA above';
    out.problems.push(problemAt(scope, entry, header.typeAt, 'missing-ttl', expected));
  }
  const owner = ownerOf(scope);
  if (owner === undefined || ttlSeconds === undefined || rdata === undefined || !header.valid) {
    out.unreadTypes.add(type);
    return;
  }
  const { line = 1, column = 1 } = entry.tokens[header.typeAt] ?? {};
  out.records.push({ owner, type, ttlSeconds, rdata, file: scope.file, line, column });
}

/** The MINIMUM of a SOA: the TTL of a zone that states none at all (RFC 1035 section 3.3.13). */
function minimumOf(rdata: string): number {
  return Buffer.from(rdata.slice(-4), 'latin1').readUInt32BE();
}

function readType(entry: Entry, at: number, scope: Scope, out: MasterFile): number | undefined {
  const { text = '', quoted = false } = entry.tokens[at] ?? {};
  const type = quoted ? undefined : typeFromText(text);
  if (type === undefined) {
    out.problems.push(problemAt(scope, entry, at, 'unknown-type', expectedType(entry, at)));
  } else if (isMetaType(type)) {
    out.problems.push(problemAt(scope, entry, at, 'meta-type', 'a type of data: this one is for questions only'));
  } else {
    return type;
  }
  return undefined;
}

function readRdata(entry: Entry, at: number, type: number, scope: Scope, out: MasterFile): string | undefined {
  const parsed = parseRdata(type, entry.tokens.slice(at), scope.origin);
  if (parsed.ok) return parsed.rdata;
  const { tokenIndex, expected } = parsed.fault;
  out.problems.push(problemAt(scope, entry, at + tokenIndex, 'bad-rdata', expected));
  return undefined;
}

function expectedType(entry: Entry, at: number): string {
  const [text = '', next = '', data] = entry.tokens.slice(at, at + 3).map((token) => token.text);
  const addressType = addressTypeOf(text);
  if (addressType !== undefined) return `${addressType} before it`;
  const nearest = nearestSpelling(text, [...RDATA_TYPE_NAMES, SERVICE, 'IN']);
  if (nearest !== undefined) return nearest;
  // A type and its data follow, so the word stands where TTL and class belong.
  if (data !== undefined && typeFromText(next) !== undefined) return `${TTL_FORM}; or IN; or nothing before ${next}`;
  return `a record type: ${RDATA_TYPE_NAMES.join(', ')}, TYPEn (n to 65535) or ${SERVICE}`;
}
