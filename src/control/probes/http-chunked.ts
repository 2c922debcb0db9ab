// A size in hexadecimal and extensions that nobody uses.
const LINE_BYTES_MAX = 1_024;

/** All trailer lines together. */
const TRAILER_BYTES_MAX = 16 * 1024;

type Awaited = 'size' | 'data' | 'data end' | 'trailer' | 'end' | 'broken';

/** Takes the chunks of a body apart (RFC 9112 section 7.1). */
export class ChunkedBody {
  #awaited: Awaited = 'size';
  #line = '';
  #leftBytes = 0;
  #trailerBytes = 0;

  /** Hands on the data in `bytes`; says whether the body has ended, or is none. */
  push(bytes: Buffer, onData: (data: Buffer) => void): 'more' | 'end' | 'broken' {
    let at = 0;
    while (at < bytes.length && this.#awaited !== 'end' && this.#awaited !== 'broken') {
      if (this.#awaited === 'data') {
        const data = bytes.subarray(at, at + this.#leftBytes);
        onData(data);
        at += data.length;
        this.#leftBytes -= data.length;
        if (this.#leftBytes === 0) this.#awaited = 'data end';
      } else {
        const end = bytes.indexOf('\n', at);
        this.#line += bytes.toString('latin1', at, end < 0 ? bytes.length : end + 1);
        at = end < 0 ? bytes.length : end + 1;
        if (this.#line.length > LINE_BYTES_MAX) this.#awaited = 'broken';
        else if (end >= 0) this.#takeLine();
      }
    }
    return this.#awaited === 'end' || this.#awaited === 'broken' ? this.#awaited : 'more';
  }

  #takeLine(): void {
    const line = this.#line.replace(/\r?\n$/, '');
    this.#line = '';
    if (this.#awaited === 'size') this.#takeSize(line);
    else if (this.#awaited === 'data end') this.#awaited = line === '' ? 'size' : 'broken';
    else {
      this.#trailerBytes += line.length;
      if (line === '') this.#awaited = 'end';
      else if (this.#trailerBytes > TRAILER_BYTES_MAX) this.#awaited = 'broken';
    }
  }

  #takeSize(line: string): void {
    const size = /^([0-9A-Fa-f]{1,12})[ \t]*(?:;.*)?$/.exec(line)?.[1];
    this.#leftBytes = Number.parseInt(size ?? '', 16);
    if (size === undefined) this.#awaited = 'broken';
    else this.#awaited = this.#leftBytes === 0 ? 'trailer' : 'data';
  }
}
