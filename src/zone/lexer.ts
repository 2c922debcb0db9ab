/** One word or quoted string. Escapes stand as they were written; the quotes around are gone. */
export interface Token {
  readonly text: string;
  readonly quoted: boolean;
  /** Counted from 1. */
  readonly line: number;
  /** Counted from 1, in characters. */
  readonly column: number;
}

/** A mistake in the writing itself: a quote or a parenthesis without its other half. */
export interface LexicalFault {
  readonly code: 'unclosed-quote' | 'stray-quote' | 'unclosed-parenthesis' | 'stray-parenthesis';
  readonly line: number;
  readonly column: number;
  readonly found: string;
  readonly expected: string;
}

/** The words of one record or directive, over as many lines as parentheses join. */
export interface Entry {
  /** All of them, or on a fault those before it. */
  readonly tokens: readonly Token[];
  /** Whether it begins with white space: the owner is then that of the record before (RFC 1035 section 5.1). */
  readonly ownerOmitted: boolean;
  readonly fault?: LexicalFault;
}

const NEWLINE = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const SPACE = 0x20;
const QUOTE = 0x22;
const OPEN = 0x28;
const CLOSE = 0x29;
const SEMICOLON = 0x3b;
const EQUALS = 0x3d;
const BACKSLASH = 0x5c;
const BYTE_ORDER_MARK = 0xfeff;

/**
 * Cuts a master file into entries (RFC 1035 section 5.1). In contrast to the RFC, a quoted string ends on its line (a
 * newline in it is `\010`). Otherwise a forgotten quote would swallow the file up to the next quote, and be reported
 * there. For the same reason parentheses do not nest. Lines may end in CRLF.
 */
export class Lexer {
  readonly #text: string;
  #at: number;
  #line = 1;
  #lineStart: number;
  #tokens: Token[] = [];
  #ownerOmitted = false;
  /** Where the open parenthesis stands. */
  #open: Place | undefined;
  #fault: LexicalFault | undefined;

  constructor(text: string) {
    this.#text = text;
    this.#at = text.charCodeAt(0) === BYTE_ORDER_MARK ? 1 : 0;
    this.#lineStart = this.#at;
  }

  /** The next entry that has a word or a fault; undefined at the end of the file. */
  next(): Entry | undefined {
    this.#tokens = [];
    this.#open = undefined;
    this.#fault = undefined;
    while (this.#at < this.#text.length) {
      if (this.#scan()) return this.#entry();
    }
    if (this.#open !== undefined) this.#failUnclosed(this.#open, 'before the end of the file');
    return this.#fault === undefined && this.#tokens.length === 0 ? undefined : this.#entry();
  }

  #entry(): Entry {
    const entry = { tokens: this.#tokens, ownerOmitted: this.#ownerOmitted };
    return this.#fault === undefined ? entry : { ...entry, fault: this.#fault };
  }

  /** Takes what stands here. Returns whether that ends an entry. */
  #scan(): boolean {
    const code = this.#text.charCodeAt(this.#at);
    if (this.#tokens.length === 0 && this.#open === undefined && this.#at === this.#lineStart) {
      this.#ownerOmitted = code <= SPACE;
    }
    if (code === NEWLINE) return this.#endLine();
    if (code <= SPACE) this.#at++;
    else if (code === SEMICOLON) this.#at = this.#endOfLine();
    else if (code === QUOTE) this.#quoted();
    else if (code === OPEN) this.#openParenthesis();
    else if (code === CLOSE) this.#closeParenthesis();
    else this.#word();
    return this.#fault !== undefined;
  }

  #endLine(): boolean {
    this.#newLine(this.#at + 1);
    return this.#open === undefined && this.#tokens.length > 0;
  }

  #newLine(start: number): void {
    this.#line++;
    this.#at = start;
    this.#lineStart = start;
  }

  #endOfLine(): number {
    const newline = this.#text.indexOf('\n', this.#at);
    return newline === -1 ? this.#text.length : newline;
  }

  #openParenthesis(): void {
    if (this.#open !== undefined) {
      this.#failUnclosed(this.#open, `before the next ( in line ${this.#line}`);
      return;
    }
    this.#open = { line: this.#line, lineStart: this.#lineStart, at: this.#at };
    this.#at++;
  }

  #closeParenthesis(): void {
    if (this.#open === undefined) {
      this.#fail('stray-parenthesis', ')', 'a ( before it');
      this.#recover();
      return;
    }
    this.#open = undefined;
    this.#at++;
  }

  #quoted(): void {
    const end = this.#endOfQuoted(this.#at);
    if (end === undefined) return;
    this.#push(this.#text.slice(this.#at + 1, end), true);
    this.#at = end + 1;
  }

  /**
   * Where the string ends whose opening quote stands at `start`. If its line does not close it: undefined, and a fault.
   */
  #endOfQuoted(start: number): number | undefined {
    for (let end = start + 1; end < this.#text.length; end++) {
      const code = this.#text.charCodeAt(end);
      if (code === QUOTE) return end;
      if (code === NEWLINE) break;
      if (code === BACKSLASH && !this.#isLineEnd(end + 1)) end++;
    }
    this.#at = start;
    this.#fail('unclosed-quote', '"', 'a closing " on the same line (a newline inside a string is \\010)');
    this.#recover();
    return undefined;
  }

  /** A word; `key="a value"` is one word with its quotes (RFC 9460 section 2.1). */
  #word(): void {
    const start = this.#at;
    let end = start;
    for (; end < this.#text.length; end++) {
      const code = this.#text.charCodeAt(end);
      if (isDelimiter(code)) break;
      if (code === BACKSLASH && !this.#isLineEnd(end + 1)) end++;
    }
    end = Math.min(end, this.#text.length);
    if (this.#text.charCodeAt(end) === QUOTE) {
      const quoteEnd = this.#endOfQuotedValue(end);
      if (quoteEnd === undefined) return;
      end = quoteEnd + 1;
    }
    this.#at = start;
    this.#push(this.#text.slice(start, end), false);
    this.#at = end;
  }

  #endOfQuotedValue(quoteAt: number): number | undefined {
    const followsKey = this.#text.charCodeAt(quoteAt - 1) === EQUALS;
    const end = followsKey ? this.#endOfQuoted(quoteAt) : quoteAt;
    if (end === undefined) return undefined;
    const next = this.#text.charCodeAt(end + 1);
    if (followsKey && (end + 1 === this.#text.length || (next !== QUOTE && isDelimiter(next)))) return end;
    this.#at = end;
    this.#fail('stray-quote', '"', 'white space around a quoted string, or \\" for a quote');
    this.#recover();
    return undefined;
  }

  /** A backslash escapes neither a newline nor the end of the file. */
  #isLineEnd(at: number): boolean {
    const code = this.#text.charCodeAt(at);
    return at >= this.#text.length || code === NEWLINE || code === CARRIAGE_RETURN;
  }

  #push(text: string, quoted: boolean): void {
    this.#tokens.push({ text, quoted, line: this.#line, column: this.#at - this.#lineStart + 1 });
  }

  #fail(code: LexicalFault['code'], found: string, expected: string): void {
    this.#fault = { code, line: this.#line, column: this.#at - this.#lineStart + 1, found, expected };
  }

  /** Reports the parenthesis where it opened, not where its end was missed. */
  #failUnclosed(open: Place, before: string): void {
    this.#at = open.at;
    this.#line = open.line;
    this.#lineStart = open.lineStart;
    this.#fail('unclosed-parenthesis', '(', `a ) ${before}`);
    this.#recover();
  }

  /**
   * Goes on after a fault with the next line. Inside a parenthesis, with the next line that looks like a new record:
   * what a parenthesis holds is usually indented.
   */
  #recover(): void {
    do {
      this.#at = this.#endOfLine();
      if (this.#at < this.#text.length) this.#newLine(this.#at + 1);
    } while (this.#open !== undefined && this.#at < this.#text.length && !this.#beginsRecord());
  }

  #beginsRecord(): boolean {
    const code = this.#text.charCodeAt(this.#at);
    return code > SPACE && code !== SEMICOLON && code !== CLOSE;
  }
}

interface Place {
  readonly line: number;
  readonly lineStart: number;
  readonly at: number;
}

function isDelimiter(code: number): boolean {
  return code <= SPACE || code === QUOTE || code === OPEN || code === CLOSE || code === SEMICOLON;
}
