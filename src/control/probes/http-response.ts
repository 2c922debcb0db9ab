import { ChunkedBody } from './http-chunked.ts';
import { framingOf, mayBeHttp, parseHead, type ResponseHead } from './http-head.ts';

// Far above what a health page sends; a bound on what a hostile one makes us keep.
const HEAD_BYTES_MAX = 16 * 1024;

// Each interim answer (1xx) is a whole head, so that the bound above holds for one, not for all of an endless row of
// them.
const INTERIM_ANSWERS_MAX = 8;

/** What of a body is looked at. */
export const BODY_BYTES_MAX = 64 * 1024;

/** How far a response has come. A `broken` one is told by `reason`. */
export type ResponseState = 'head' | 'body' | 'end' | 'broken';

/**
 * Reads one HTTP/1.1 response as it arrives (RFC 9112). It keeps a head of 16 KiB and the first 64 KiB of a body at
 * most; whatever the sender does is a state, never an exception.
 */
export class ResponseReader {
  state: ResponseState = 'head';
  head: ResponseHead | undefined;
  /** What is wrong with a `broken` one. */
  reason = '';
  readonly #isHead: boolean;
  #pending = Buffer.alloc(0);
  #interimAnswers = 0;
  #body = Buffer.alloc(0);
  #bodyBytes = 0;
  /** What is still to come of a body of known length; infinite for one that ends with the connection. */
  #leftBytes = 0;
  #chunked: ChunkedBody | undefined;

  /** @param isHead whether the request was a HEAD, whose answer has no body whatever its fields say. */
  constructor(isHead: boolean) {
    this.#isHead = isHead;
  }

  /** The first 64 KiB of the body, as far as they are here. */
  get body(): Buffer {
    return this.#body.subarray(0, this.#bodyBytes);
  }

  /** Takes what has come. The bytes are copied where they are kept. */
  push(bytes: Buffer): void {
    if (this.state === 'head') this.#readHeads(bytes);
    else if (this.state === 'body') this.#readBody(bytes);
  }

  /** The sender has ended the connection. */
  end(): void {
    if (this.state === 'head') this.#break('connection closed before the answer');
    else if (this.state === 'body' && this.#leftBytes === Number.POSITIVE_INFINITY) this.state = 'end';
    else if (this.state === 'body') this.#break('connection closed within the answer');
  }

  #readHeads(bytes: Buffer): void {
    // A head that comes in one piece, as nearly all do, is not copied.
    let rest = this.#pending.length === 0 ? bytes : Buffer.concat([this.#pending, bytes]);
    while (this.state === 'head') {
      const end = rest.indexOf('\r\n\r\n');
      if ((end < 0 ? rest.length : end) > HEAD_BYTES_MAX) this.#break('headers too large');
      else if (end >= 0) this.#takeHead(rest.toString('latin1', 0, end));
      else if (!mayBeHttp(rest)) this.#break('not HTTP: no status line');
      else {
        this.#pending = Buffer.from(rest);
        return;
      }
      rest = rest.subarray(end + 4);
    }
    if (this.state === 'body') this.#readBody(rest);
  }

  #takeHead(text: string): void {
    const head = parseHead(text);
    if (typeof head === 'string') this.#break(head);
    else if (head.status >= 200) this.#expectBody(head);
    else if (++this.#interimAnswers > INTERIM_ANSWERS_MAX) this.#break('too many interim answers');
  }

  #expectBody(head: ResponseHead): void {
    this.head = head;
    this.state = 'body';
    const framing = framingOf(head, this.#isHead);
    if (framing === undefined) this.#break('not HTTP: a body without end');
    else if (framing === 'chunked') this.#chunked = new ChunkedBody();
    else if (framing === 0) this.state = 'end';
    else this.#leftBytes = framing;
  }

  #readBody(bytes: Buffer): void {
    if (this.#chunked !== undefined) {
      const state = this.#chunked.push(bytes, (part) => this.#keep(part));
      if (state === 'broken') this.#break('not HTTP: no chunk');
      else if (state === 'end') this.state = 'end';
      return;
    }
    this.#keep(bytes.subarray(0, Math.min(bytes.length, this.#leftBytes)));
    this.#leftBytes -= bytes.length;
    if (this.#leftBytes <= 0) this.state = 'end';
  }

  #keep(bytes: Buffer): void {
    const part = bytes.subarray(0, BODY_BYTES_MAX - this.#bodyBytes);
    const total = this.#bodyBytes + part.length;
    if (total > this.#body.length) this.#grow(total);
    part.copy(this.#body, this.#bodyBytes);
    this.#bodyBytes = total;
  }

  /** Twofold each time, so that a body that drips in is not copied with each drop. */
  #grow(bytesMin: number): void {
    const grown = Buffer.allocUnsafe(Math.min(BODY_BYTES_MAX, Math.max(bytesMin, 2 * this.#body.length)));
    this.#body.copy(grown);
    this.#body = grown;
  }

  #break(reason: string): void {
    this.state = 'broken';
    this.reason = reason;
  }
}
