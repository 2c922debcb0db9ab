import { nameFromText, ROOT, type WireName } from '../name.ts';
import { octetsFromEscaped } from './charstring.ts';

/** A word or a quoted string of a record's text. Escapes stand as they were written; the quotes around are gone. */
export interface RdataToken {
  readonly text: string;
  readonly quoted: boolean;
}

/** Which token was wrong (its index, or the number of tokens if one was missing), and what was expected. */
export interface RdataFault {
  readonly tokenIndex: number;
  readonly expected: string;
}

/**
 * Hands a record's tokens to its fields. It keeps the first fault, and goes on with a neutral value. So the parser of a
 * type is a plain list of its fields, and only the end asks whether all was well.
 */
export class RdataReader {
  readonly #tokens: readonly RdataToken[];
  readonly #origin: WireName | undefined;
  #taken = 0;
  #fault: RdataFault | undefined;

  constructor(tokens: readonly RdataToken[], origin: WireName | undefined) {
    this.#tokens = tokens;
    this.#origin = origin;
  }

  get fault(): RdataFault | undefined {
    return this.#fault;
  }

  /** Whether tokens are left; false after a fault, so that no loop goes on behind it. */
  get hasMore(): boolean {
    return this.#fault === undefined && this.#taken < this.#tokens.length;
  }

  /** The next token; if there is none, undefined and a fault. */
  take(expected: string): RdataToken | undefined {
    const token = this.#tokens[this.#taken++];
    if (token === undefined) this.refuse(expected);
    return token;
  }

  /** Reports the token that was taken last as wrong. */
  refuse(expected: string): void {
    this.#fault ??= { tokenIndex: Math.min(this.#taken - 1, this.#tokens.length), expected };
  }

  /** Reports whatever is left as wrong: a record ends after its last field. */
  expectEnd(): void {
    if (!this.hasMore) return;
    this.#taken++;
    this.refuse('the end of the record');
  }

  /** An unquoted word, converted. If there is none, or `convert` returns undefined: `neutral` and a fault. */
  word<T>(expected: string, neutral: T, convert: (text: string) => T | undefined): T {
    const token = this.take(expected);
    if (token === undefined) return neutral;
    const value = token.quoted ? undefined : convert(token.text);
    if (value === undefined) this.refuse(expected);
    return value ?? neutral;
  }

  /** A domain name, completed by the origin. */
  name(): WireName {
    const token = this.take('a domain name');
    if (token === undefined) return ROOT;
    if (token.quoted) {
      this.refuse('a domain name, which has no quotes');
      return ROOT;
    }
    const parsed = nameFromText(token.text, this.#origin);
    if (parsed.ok) return parsed.name;
    this.refuse(`a domain name (${parsed.reason})`);
    return ROOT;
  }

  /** The octets of a word or a quoted string of at most `bytesMax` octets. */
  string(expected: string, bytesMax: number): string {
    const token = this.take(expected);
    if (token === undefined) return '';
    const octets = octetsFromEscaped(token.text);
    if (octets === undefined) this.refuse(`${expected}, escapes as \\DDD (000 to 255) or \\X, a quote as \\"`);
    else if (octets.length > bytesMax) this.refuse(`${expected} of at most ${bytesMax} octets`);
    return octets ?? '';
  }

  /** All that is left, joined: hexadecimal may be spread over several words. */
  rest(expected: string): string {
    let text = '';
    do text += this.word(expected, '', (word) => word);
    while (this.hasMore);
    return text;
  }
}
