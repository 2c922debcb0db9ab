import { nameFromText, ROOT, type WireName } from '../name.ts';
import { octetsFromEscaped } from './charstring.ts';

/** A word or a quoted string of a record's text. Escapes stand as they were written; the quotes around are gone. */
export interface RdataToken {
  readonly text: string;
  readonly quoted: boolean;
}

/** Which token was wrong (its index; the number of tokens where one was missing) and what would have been right. */
export interface RdataFault {
  readonly tokenIndex: number;
  readonly expected: string;
}

/**
 * Hands a record's tokens to its fields. The first fault is kept and reading goes on with a neutral value, so that a
 * type's parser reads as the plain list of its fields and only the end asks whether all was well.
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

  /** The next token; undefined, and a fault, where there is none. */
  take(expected: string): RdataToken | undefined {
    const token = this.#tokens[this.#taken++];
    if (token === undefined) this.refuse(expected);
    return token;
  }

  /** Finds fault with the token last taken. */
  refuse(expected: string): void {
    this.#fault ??= { tokenIndex: Math.min(this.#taken - 1, this.#tokens.length), expected };
  }

  /** Finds fault with whatever is left: a record ends after its last field. */
  expectEnd(): void {
    if (!this.hasMore) return;
    this.#taken++;
    this.refuse('the end of the record');
  }

  /** An unquoted word, converted; `neutral` and a fault where there is none or `convert` gives undefined. */
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
