import { RECORD_BYTES, RECORD_WORDS, RING, RING_HEAD_BYTES, ringRecords } from '../../snapshot/query-log.ts';

/** Records that are copied at a time: few enough that the writer seldom comes round meanwhile. */
export const READ_RECORDS_MAX = 256;

/** Records that are the reader's own: no writer touches them. */
export interface RecordBatch {
  readonly words: Int32Array;
  readonly times: Float64Array;
  readonly octets: Uint8Array;
  /** Of them those that are whole: places `first` to `first + count`. */
  readonly first: number;
  readonly count: number;
}

/** Reads a ring while its worker writes it, and never hands out a record of which a part was overwritten. */
export class RingReader {
  readonly ring: SharedArrayBuffer;
  readonly #head: Int32Array;
  readonly #octets: Uint8Array;
  /** How many it holds. */
  readonly records: number;
  readonly #copy = new ArrayBuffer(READ_RECORDS_MAX * RECORD_BYTES);
  readonly #copied = {
    words: new Int32Array(this.#copy),
    times: new Float64Array(this.#copy),
    octets: new Uint8Array(this.#copy),
  };
  #position: number;
  /** Records that were overwritten before they were read. */
  overwritten = 0;

  /** @param position the number of the first record to read; those before it count as read. */
  constructor(ring: SharedArrayBuffer, position: number) {
    this.ring = ring;
    this.#head = new Int32Array(ring, 0, RING_HEAD_BYTES / Int32Array.BYTES_PER_ELEMENT);
    this.#octets = new Uint8Array(ring, RING_HEAD_BYTES);
    this.records = ringRecords(ring);
    this.#position = position;
  }

  /** The number of the next record to read; goes round at 2^31. */
  get position(): number {
    return this.#position;
  }

  /** How many records wait, those that are overwritten already included. */
  get waiting(): number {
    return (Atomics.load(this.#head, RING.ENDED) - this.#position) | 0;
  }

  /** Passes records over, so that at most so many wait. Returns how many those were. */
  skipTo(waiting: number): number {
    const skipped = Math.max(0, this.waiting - waiting);
    this.#position = (this.#position + skipped) | 0;
    return skipped;
  }

  /**
   * The next records, of a batch that is valid until the next call. An empty one does not say that nothing waits: all
   * of it may have been overwritten.
   */
  read(): RecordBatch {
    this.overwritten += this.skipTo(this.records);
    const from = this.#position;
    const count = Math.min(READ_RECORDS_MAX, this.records, this.waiting);
    this.#copyOut(from & (this.records - 1), count);
    // As a load, but nothing before it can be put off until after it. Number `started - 1` overwrites the one that is a
    // round older, whole or not.
    const started = Atomics.or(this.#head, RING.STARTED, 0);
    const first = Math.min(count, Math.max(0, (started - this.records - from) | 0));
    this.overwritten += first;
    this.#position = (from + count) | 0;
    return { ...this.#copied, first, count: count - first };
  }

  /** In two pieces where it goes round the end. */
  #copyOut(place: number, count: number): void {
    const before = Math.min(count, this.records - place);
    const { octets } = this.#copied;
    octets.set(this.#octets.subarray(place * RECORD_BYTES, (place + before) * RECORD_BYTES));
    octets.set(this.#octets.subarray(0, (count - before) * RECORD_BYTES), before * RECORD_BYTES);
  }
}

/** Where the record at a place begins, by words. */
export function wordsAt(place: number): number {
  return place * RECORD_WORDS;
}

/** Up to where a ring was read into the file. */
export function readPosition(ring: SharedArrayBuffer): number {
  return Atomics.load(new Int32Array(ring, 0, RING_HEAD_BYTES / Int32Array.BYTES_PER_ELEMENT), RING.READ);
}

export function setReadPosition(ring: SharedArrayBuffer, position: number): void {
  Atomics.store(new Int32Array(ring, 0, RING_HEAD_BYTES / Int32Array.BYTES_PER_ELEMENT), RING.READ, position);
}

/** The number of the next record that a worker will write. */
export function endPosition(ring: SharedArrayBuffer): number {
  return Atomics.load(new Int32Array(ring, 0, RING_HEAD_BYTES / Int32Array.BYTES_PER_ELEMENT), RING.ENDED);
}
