import { FLAG } from '../../snapshot/query-log.ts';
import { entryAt, flagsAt, type WorldNames } from './entry.ts';
import { DRAINED, type FromDrain, type NumberedRing } from './messages.ts';
import { OutputFile } from './output-file.ts';
import { type RecordBatch, RingReader, readPosition, setReadPosition } from './ring-reader.ts';

/** The same thing is said at most this often. */
const SAY_MS = 60_000;

/** How often we look whether the file was moved away. */
const LOOK_MS = 1_000;

/** A worker goes on writing where it did until it takes a publication over: it is at most some messages behind. */
const RETIRED_MS = 5_000;

interface Source {
  readonly id: number;
  readonly reader: RingReader;
  /** Undefined while workers are to write there. */
  retiredMs: number | undefined;
}

/**
 * Carries records from the rings to the file. Its memory is bounded: records that it has no time for are overwritten in
 * their ring.
 */
export class Drain {
  readonly #counts: Float64Array;
  readonly #say: (word: FromDrain) => void;
  readonly #overwritten = new Seldom(SAY_MS);
  readonly #failed = new Seldom(SAY_MS);
  /** Of the last failure. */
  #why = '';
  #isFailing = false;
  #isFailureSaid = false;
  #file = new OutputFile('-');
  #sources: readonly Source[] = [];
  #worlds: readonly WorldNames[] = [];
  #lookedMs = 0;

  constructor(counts: SharedArrayBuffer, say: (word: FromDrain) => void) {
    this.#counts = new Float64Array(counts);
    this.#say = say;
  }

  /** Goes on with these rings, after those of before have been read to their end. */
  serve(path: string, rings: readonly NumberedRing[], worlds: readonly WorldNames[], nowMs: number): void {
    if (path !== this.#file.path) {
      this.drain(nowMs);
      this.#file.close();
      this.#file = new OutputFile(path);
    }
    this.#worlds = worlds;
    const gone = new Map(this.#sources.map((source) => [source.id, source]));
    const serving = rings.map(({ id, ring }): Source => {
      const source = gone.get(id);
      gone.delete(id);
      return source ?? { id, reader: new RingReader(ring, readPosition(ring)), retiredMs: undefined };
    });
    for (const source of gone.values()) source.retiredMs ??= nowMs;
    this.#sources = [...serving, ...gone.values()];
  }

  /**
   * Writes what there is, once round the rings. Returns whether that was so much that more is to be expected at once.
   */
  drain(nowMs: number): boolean {
    if (nowMs - this.#lookedMs >= LOOK_MS) this.look(nowMs);
    let isBusy = false;
    for (const { reader } of this.#sources) isBusy = this.#drainRing(reader) || isBusy;
    this.#sources = this.#sources.filter(({ retiredMs = nowMs }) => nowMs - retiredMs < RETIRED_MS);
    this.#sayWhatIsDue(nowMs);
    return isBusy;
  }

  /** Sees whether the file was moved away. */
  look(nowMs: number): void {
    this.#lookedMs = nowMs;
    this.#file.look();
  }

  close(): void {
    this.#file.close();
  }

  /** Returns whether it was half full. */
  #drainRing(reader: RingReader): boolean {
    const { waiting } = reader;
    // As many as wait now: what comes meanwhile waits until the other rings had their turn.
    for (let left = waiting; left > 0; ) {
      const before = reader.position;
      const { overwritten } = reader;
      const batch = reader.read();
      this.#take(batch);
      this.#count('overwritten', reader.overwritten - overwritten);
      this.#overwritten.add(reader.overwritten - overwritten);
      setReadPosition(reader.ring, reader.position);
      left -= (reader.position - before) | 0;
    }
    return waiting * 2 > reader.records;
  }

  #take(batch: RecordBatch): void {
    let lines = '';
    let count = 0;
    for (let place = batch.first; place < batch.first + batch.count; place++) {
      if ((flagsAt(batch, place) & FLAG.SAMPLED) === 0) continue;
      lines += `${JSON.stringify(entryAt(batch, place, this.#worlds))}\n`;
      count++;
    }
    if (count === 0) return;
    try {
      this.#file.write(Buffer.from(lines));
      this.#count('written', count);
      this.#isFailing = false;
    } catch (error) {
      this.#count('failed', count);
      this.#failed.add(count);
      this.#why = (error as Error).message;
      this.#isFailing = true;
    }
  }

  #count(what: keyof typeof DRAINED, records: number): void {
    this.#counts[DRAINED[what]] += records;
  }

  #sayWhatIsDue(nowMs: number): void {
    const overwritten = this.#overwritten.due(nowMs);
    if (overwritten > 0) this.#say({ kind: 'overwritten', records: overwritten });
    const failed = this.#failed.due(nowMs);
    if (failed > 0) {
      this.#say({ kind: 'failed', path: this.#file.path, why: this.#why, records: failed });
      this.#isFailureSaid = true;
    } else if (this.#isFailureSaid && !this.#isFailing) {
      this.#say({ kind: 'recovered', path: this.#file.path });
      this.#isFailureSaid = false;
    }
  }
}

/** Something that happens often and is said seldom, with how often it happened since. */
class Seldom {
  readonly #apartMs: number;
  #saidMs = Number.NEGATIVE_INFINITY;
  #sum = 0;

  constructor(apartMs: number) {
    this.#apartMs = apartMs;
  }

  add(count: number): void {
    this.#sum += count;
  }

  /** How much is to be said now; 0: nothing. */
  due(nowMs: number): number {
    if (this.#sum === 0 || nowMs - this.#saidMs < this.#apartMs) return 0;
    const sum = this.#sum;
    this.#saidMs = nowMs;
    this.#sum = 0;
    return sum;
  }
}
