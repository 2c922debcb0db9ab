/** The length that stands before each message on a stream (RFC 1035 section 4.2.2). */
export const LENGTH_BYTES = 2;

/** The first room for a message that comes in pieces: most queries fit. */
const PART_BYTES = 512;

const NOTHING = new Uint8Array(0);

/**
 * Cuts the octets of a stream into messages. A message that comes whole is read where it lies. If it comes in pieces,
 * the pieces are kept, in at most twice the space that they take, whatever length the client has announced.
 */
export class Inbox {
  /** What came last, and how far it is read. */
  #chunk: Uint8Array = NOTHING;
  #at = 0;
  /** The beginning of a message whose rest has not come yet, with its length. */
  #part: Uint8Array = NOTHING;
  #partBytes = 0;

  /** Takes octets in. What is left of earlier ones is kept in front of them. */
  push(chunk: Uint8Array): void {
    const rest = this.#chunk.subarray(this.#at);
    this.#chunk = rest.length === 0 ? chunk : joined(rest, chunk);
    this.#at = 0;
  }

  /**
   * The next whole message, valid until the next call; undefined if none has come yet. A chunk that is used up is not
   * kept: an idle connection holds no more than its unfinished message.
   */
  next(): Uint8Array | undefined {
    if (this.#partBytes > 0) return this.#complete();
    const start = this.#at + LENGTH_BYTES;
    const end = start <= this.#chunk.length ? start + lengthAt(this.#chunk, this.#at) : start;
    if (end <= this.#chunk.length) {
      this.#at = end;
      return this.#chunk.subarray(start, end);
    }
    this.#move(this.#chunk.length - this.#at);
    return undefined;
  }

  #complete(): Uint8Array | undefined {
    if (this.#partBytes < LENGTH_BYTES) this.#move(LENGTH_BYTES - this.#partBytes);
    const wanted = this.#partBytes < LENGTH_BYTES ? LENGTH_BYTES : LENGTH_BYTES + lengthAt(this.#part, 0);
    this.#move(wanted - this.#partBytes);
    if (this.#partBytes < wanted) return undefined;
    const message = this.#part.subarray(LENGTH_BYTES, wanted);
    this.#part = NOTHING;
    this.#partBytes = 0;
    return message;
  }

  /** Moves octets of the chunk into the part: so many, or all that there are. */
  #move(bytes: number): void {
    const moved = this.#chunk.subarray(this.#at, this.#at + bytes);
    const partBytes = this.#partBytes + moved.length;
    if (partBytes > this.#part.length) {
      const larger = new Uint8Array(Math.max(PART_BYTES, 2 * partBytes));
      larger.set(this.#part.subarray(0, this.#partBytes));
      this.#part = larger;
    }
    this.#part.set(moved, this.#partBytes);
    this.#partBytes = partBytes;
    this.#at += moved.length;
    if (this.#at < this.#chunk.length) return;
    this.#chunk = NOTHING;
    this.#at = 0;
  }
}

function lengthAt(octets: Uint8Array, at: number): number {
  return (octets[at] << 8) | octets[at + 1];
}

function joined(first: Uint8Array, second: Uint8Array): Uint8Array {
  const both = new Uint8Array(first.length + second.length);
  both.set(first);
  both.set(second, first.length);
  return both;
}
