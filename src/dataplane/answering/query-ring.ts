import * as Dns from '../../dns/constants.ts';
import * as Layout from '../../snapshot/query-log.ts';
import { ringRecords } from '../../snapshot/query-log.ts';
import type { ClientAddress } from './client.ts';

// Bound in this module: V8 would look an imported constant up again at each use.
const { HEADER_BYTES } = Dns;
const { RECORD, RECORD_WORDS, RING, RING_HEAD_BYTES } = Layout;

const WORD_BYTES = Int32Array.BYTES_PER_ELEMENT;

/** The writing end of a ring (see snapshot/query-log.ts). Whoever has it is the only writer. */
export class RingWriter {
  readonly words: Int32Array;
  readonly times: Float64Array;
  readonly #octets: Uint8Array;
  readonly #head: Int32Array;
  readonly #mask: number;
  /** How many were written, which is the number of the next. */
  #next: number;

  constructor(ring: SharedArrayBuffer) {
    this.words = new Int32Array(ring, RING_HEAD_BYTES);
    this.times = new Float64Array(ring, RING_HEAD_BYTES);
    this.#octets = new Uint8Array(ring, RING_HEAD_BYTES);
    this.#head = new Int32Array(ring, 0, RING_HEAD_BYTES / WORD_BYTES);
    this.#mask = ringRecords(ring) - 1;
    // If a worker died within a record, its successor writes that record.
    this.#next = Atomics.load(this.#head, RING.ENDED);
  }

  /**
   * Returns the place of the next record, in words. From now on readers treat what is there as overwritten. It takes an
   * exchange: on some processors, what follows a plain store may be seen before it.
   */
  begin(): number {
    Atomics.exchange(this.#head, RING.STARTED, (this.#next + 1) | 0);
    return (this.#next & this.#mask) * RECORD_WORDS;
  }

  end(): void {
    this.#next = (this.#next + 1) | 0;
    Atomics.store(this.#head, RING.ENDED, this.#next);
  }

  writeAddress(at: number, { w0, w1, w2, w3, family }: ClientAddress): void {
    const { words } = this;
    words[at] = w0;
    if (family === 4) return;
    words[at + 1] = w1;
    words[at + 2] = w2;
    words[at + 3] = w3;
  }

  /** Copies the octets of the message from the end of its header to `end`. */
  writeName(at: number, message: Uint8Array, end: number): void {
    const octets = this.#octets;
    const shift = (at + RECORD.QNAME) * WORD_BYTES - HEADER_BYTES;
    for (let index = HEADER_BYTES; index < end; index++) octets[shift + index] = message[index];
  }
}
