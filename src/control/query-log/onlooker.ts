import { entryAt, type QueryEntry, type WorldNames } from './entry.ts';
import type { NumberedRing } from './messages.ts';
import { endPosition, RingReader } from './ring-reader.ts';

/** A viewer asks again within a second. When nobody does any more, workers stop recording for it. */
const TAPPED_MS = 5_000;

/** Of all rings together: some ten milliseconds of the main thread, and more than anyone can read. */
const RECORDS_MAX = 2_000;

/** What was asked since somebody looked last. */
export interface Look {
  /** To be given with the next look. */
  readonly cursor: string;
  readonly queries: readonly QueryEntry[];
  /** Queries that there were besides: overwritten, or too many to show. */
  readonly missed: number;
}

/** Shows who asks what just now, whatever is written to a file. While somebody looks, workers record every query. */
export class Onlooker {
  readonly #tap: Int32Array;
  #lease: NodeJS.Timeout | undefined;

  /** @param tap one Int32 that workers look at. */
  constructor(tap: SharedArrayBuffer) {
    this.#tap = new Int32Array(tap);
  }

  /** @param after the cursor of the last look; undefined: what comes from now on. One that can't be read is as none. */
  look(rings: readonly NumberedRing[], worlds: readonly WorldNames[], after: string | undefined): Look {
    this.#tapOn();
    const positions = parseCursor(after ?? '');
    const perRing = Math.floor(RECORDS_MAX / rings.length);
    const queries: QueryEntry[] = [];
    let missed = 0;
    const cursor = rings.map(({ id, ring }) => {
      const from = positions.get(id) ?? endPosition(ring);
      if (((endPosition(ring) - from) | 0) <= 0) return `${id}.${endPosition(ring)}`;
      const reader = new RingReader(ring, from);
      missed += reader.skipTo(perRing);
      const end = endPosition(ring);
      while (((end - reader.position) | 0) > 0) readInto(reader, worlds, queries);
      missed += reader.overwritten;
      return `${id}.${reader.position}`;
    });
    queries.sort((a, b) => (a.time < b.time ? -1 : Number(a.time > b.time)));
    return { cursor: cursor.join('_'), queries, missed };
  }

  stop(): void {
    clearTimeout(this.#lease);
    Atomics.store(this.#tap, 0, 0);
  }

  #tapOn(): void {
    clearTimeout(this.#lease);
    Atomics.store(this.#tap, 0, 1);
    this.#lease = setTimeout(() => this.stop(), TAPPED_MS).unref();
  }
}

function readInto(reader: RingReader, worlds: readonly WorldNames[], into: QueryEntry[]): void {
  const batch = reader.read();
  for (let place = batch.first; place < batch.first + batch.count; place++) into.push(entryAt(batch, place, worlds));
}

/** Positions by ring. */
function parseCursor(text: string): ReadonlyMap<number, number> {
  const pairs = text.split('_').map((part) => part.split('.').map(Number));
  return new Map(
    pairs.flatMap(([id = Number.NaN, position = Number.NaN]) => (isWord(position) ? [[id, position]] : [])),
  );
}

function isWord(number: number): boolean {
  return (number | 0) === number;
}
