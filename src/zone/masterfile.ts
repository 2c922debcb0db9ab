import { TYPE } from '../dns/constants.ts';
import { nameFromText, type WireName } from '../dns/name.ts';
import { typeFromText } from '../dns/types.ts';
import { type Entry, Lexer } from './lexer.ts';
import { readOwner, readRecord } from './record.ts';
import { TTL_FORM, ttlFromText } from './record-header.ts';
import { type MasterFile, problemAt, quoted, type Scope } from './scope.ts';

/** Reads a file that `fromFile` names in $INCLUDE. `file` is what it is called from then on, in problems too. */
export type ReadInclude = (
  path: string,
  fromFile: string,
) =>
  | { readonly ok: true; readonly text: string; readonly file: string }
  | { readonly ok: false; readonly reason: string };

export interface MasterFileOptions {
  /** Completes relative names until $ORIGIN says otherwise. */
  readonly origin: WireName;
  /** The name of the file in problems. */
  readonly file: string;
  readonly readInclude: ReadInclude;
}

/** Deeper than anyone nests on purpose. A file that includes itself is found at once; this bounds all other nesting. */
const INCLUDE_DEPTH_MAX = 20;

const DIRECTIVES = '$ORIGIN, $TTL or $INCLUDE';

/**
 * Reads a master file (RFC 1035 section 5; $TTL: RFC 2308 section 4) and the files it includes. Every mistake becomes a
 * problem, and reading goes on with the next record: what comes out beside problems is incomplete.
 */
export function parseMasterFile(text: string, options: MasterFileOptions): MasterFile {
  const out: MasterFile = { records: [], services: [], problems: [], files: [], unreadTypes: new Set() };
  const scope: Scope = {
    file: options.file,
    includedFrom: [],
    origin: options.origin,
    owner: undefined,
    ttlByDirectiveSeconds: undefined,
    ttlBeforeSeconds: undefined,
  };
  readFile(text, scope, options.readInclude, out);
  return out;
}

function readFile(text: string, scope: Scope, readInclude: ReadInclude, out: MasterFile): void {
  out.files.push(scope.file);
  const lexer = new Lexer(text);
  for (let entry = lexer.next(); entry !== undefined; entry = lexer.next()) {
    if (entry.fault !== undefined) {
      out.problems.push({ ...entry.fault, file: scope.file });
      for (const { text } of entry.tokens) out.unreadTypes.add(typeFromText(text) ?? 0);
      // Even if this record is broken, the records below may use its owner.
      if (!entry.ownerOmitted && !isDirective(entry)) readOwner(entry, scope, out);
    } else if (isDirective(entry)) {
      readDirective(entry, scope, readInclude, out);
    } else {
      readRecord(entry, scope, out);
    }
  }
}

function isDirective(entry: Entry): boolean {
  const first = entry.tokens[0];
  return first?.text.startsWith('$') === true && !first.quoted;
}

function readDirective(entry: Entry, scope: Scope, readInclude: ReadInclude, out: MasterFile): void {
  const directive = entry.tokens[0]?.text.toUpperCase();
  const argumentsMax = directive === '$INCLUDE' ? 2 : 1;
  if (directive === '$ORIGIN') readOrigin(entry, scope, out);
  else if (directive === '$TTL') readTtl(entry, scope, out);
  else if (directive === '$INCLUDE') include(entry, scope, readInclude, out);
  else {
    const generate = directive === '$GENERATE';
    const expected = generate ? 'the records written out: $GENERATE is not supported' : DIRECTIVES;
    out.problems.push(problemAt(scope, entry, 0, generate ? 'unsupported-directive' : 'unknown-directive', expected));
    return;
  }
  const surplusAt = argumentsMax + 1;
  if (entry.tokens.length > surplusAt) {
    out.problems.push(problemAt(scope, entry, surplusAt, 'bad-directive', 'the end of the line'));
  }
}

function readOrigin(entry: Entry, scope: Scope, out: MasterFile): void {
  scope.origin = directiveName(entry, 1, scope, out) ?? scope.origin;
}

function readTtl(entry: Entry, scope: Scope, out: MasterFile): void {
  const ttlSeconds = ttlFromText(entry.tokens[1]?.text ?? '');
  if (ttlSeconds === undefined) out.problems.push(problemAt(scope, entry, 1, 'bad-ttl', TTL_FORM));
  // A TTL that is wrong was reported once: records that rely on it need no problems of their own.
  scope.ttlByDirectiveSeconds = ttlSeconds ?? scope.ttlByDirectiveSeconds ?? 0;
}

/** Reads the included file with a scope of its own, so that nothing it sets reaches this one (RFC 1035 section 5.1). */
function include(entry: Entry, scope: Scope, readInclude: ReadInclude, out: MasterFile): void {
  const path = entry.tokens[1]?.text;
  if (path === undefined || path === '') {
    out.problems.push(problemAt(scope, entry, 1, 'bad-directive', 'the path of a file'));
    return;
  }
  const origin = entry.tokens.length > 2 ? directiveName(entry, 2, scope, out) : scope.origin;
  if (origin === undefined) return;
  const read = readInclude(path, scope.file);
  const includedFrom = [...scope.includedFrom, scope.file];
  if (!read.ok) {
    for (const type of Object.values(TYPE)) out.unreadTypes.add(type);
    out.problems.push(problemAt(scope, entry, 1, 'unreadable-include', `a file that can be read (${read.reason})`));
  } else if (includedFrom.includes(read.file)) {
    const circle = [...includedFrom, read.file].map(quoted).join(' includes ');
    const expected = `a file that does not include itself (${circle})`;
    out.problems.push(problemAt(scope, entry, 1, 'include-loop', expected));
  } else if (includedFrom.length > INCLUDE_DEPTH_MAX) {
    out.problems.push(
      problemAt(scope, entry, 1, 'include-loop', `at most ${INCLUDE_DEPTH_MAX} files one inside the other`),
    );
  } else {
    readFile(read.text, { ...scope, file: read.file, includedFrom, origin }, readInclude, out);
  }
}

function directiveName(entry: Entry, at: number, scope: Scope, out: MasterFile): WireName | undefined {
  const parsed = nameFromText(entry.tokens[at]?.text ?? '', scope.origin);
  if (parsed.ok) return parsed.name;
  out.problems.push(problemAt(scope, entry, at, 'bad-name', `a domain name (${parsed.reason})`));
  return undefined;
}
