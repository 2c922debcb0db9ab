import type { WireName } from '../dns/name.ts';
import type { Problem } from '../util/problem.ts';
import type { Entry } from './lexer.ts';

/** Where something stands in a file; line and column are counted from 1. */
export interface Place {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** A record as it stands in a file, complete. Owners are in lower case: look-up has no regard to case. */
export interface ZoneRecord extends Place {
  readonly owner: WireName;
  readonly type: number;
  readonly ttlSeconds: number;
  readonly rdata: string;
}

/** A record of the pseudo type SERVICE: this owner is answered by that service of the configuration. */
export interface ServiceRecord extends Place {
  readonly owner: WireName;
  readonly name: string;
  /** Only if it is written at this record; $TTL and earlier records do not count. */
  readonly ttlSeconds: number | undefined;
}

/** What reading adds to, file after file. */
export interface MasterFile {
  readonly records: ZoneRecord[];
  readonly services: ServiceRecord[];
  readonly problems: Problem[];
  /** Every file read, the first one first; a file included twice is there twice. */
  readonly files: string[];
  /** Types of which a record above could not be read. That such a record is missing is not a mistake of its own. */
  readonly unreadTypes: Set<number>;
}

/** What the lines so far mean for the next one. An included file gets a copy: nothing it sets is seen outside. */
export interface Scope {
  readonly file: string;
  /** The files that include this one, outermost first. */
  readonly includedFrom: readonly string[];
  origin: WireName;
  /**
   * The owner of the record before. `unreadable`: it had a mistake, which was reported, and which is not reported again
   * for the records below.
   */
  owner: WireName | 'unreadable' | undefined;
  /** By $TTL (RFC 2308 section 4). */
  ttlByDirectiveSeconds: number | undefined;
  /** As last written at a record (RFC 1035 section 5.1). */
  ttlBeforeSeconds: number | undefined;
}

/** The owner of a record that stands here; undefined where a mistake left none. */
export function ownerOf({ owner }: Scope): WireName | undefined {
  return owner === 'unreadable' ? undefined : owner;
}

/** TTLs have 31 bits (RFC 2181 section 8). */
export const TTL_SECONDS_MAX = 0x7fff_ffff;

/** Longer words say no more in a message. */
const FOUND_CHARACTERS_MAX = 60;

export function quoted(text: string): string {
  return text.length <= FOUND_CHARACTERS_MAX ? `'${text}'` : `'${text.slice(0, FOUND_CHARACTERS_MAX)}...'`;
}

/** The problem that the token at `index` is not what was expected, or that there is none. */
export function problemAt(scope: Scope, entry: Entry, index: number, code: string, expected: string): Problem {
  const token = entry.tokens[index];
  if (token !== undefined) {
    const { line, column, text } = token;
    return { code, file: scope.file, line, column, found: quoted(text), expected };
  }
  const last = entry.tokens.at(-1);
  const { line, column } =
    last === undefined ? { line: 1, column: 1 } : { ...last, column: last.column + last.text.length };
  return { code, file: scope.file, line, column, found: 'the end of the record', expected };
}
