import { once } from 'node:events';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { describe, expect, test } from 'vitest';
import {
  READ_RECORDS_MAX,
  type RecordBatch,
  RingReader,
  wordsAt,
} from '../../../../src/control/query-log/ring-reader.ts';
import { RingWriter } from '../../../../src/dataplane/answering/query-ring.ts';
import { makeRing, RECORD_WORDS, RING } from '../../../../src/snapshot/query-log.ts';

const HAMMER = new URL('../../../support/ring-hammer.ts', import.meta.url);

/** Writes a record that has its number in every word. */
function write(writer: RingWriter, number: number): void {
  const at = writer.begin();
  writer.words.fill(number, at, at + RECORD_WORDS);
  writer.end();
}

/** The numbers of the records in a batch; a record of which the words differ is one of its own. */
function numbersIn({ words, first, count }: RecordBatch): readonly (number | string)[] {
  return Array.from({ length: count }, (_, index) => {
    const record = words.subarray(wordsAt(first + index), wordsAt(first + index + 1));
    return record.every((word) => word === record[0]) ? record[0]! : `torn: ${[...new Set(record)].join(' ')}`;
  });
}

function written(ring: SharedArrayBuffer, count: number, from = 0): RingWriter {
  const writer = new RingWriter(ring);
  for (let number = from; number < from + count; number++) write(writer, number);
  return writer;
}

const upTo = (from: number, to: number): readonly number[] => Array.from({ length: to - from }, (_, i) => from + i);

describe('a ring', () => {
  test('is read in order, each record once', () => {
    const ring = makeRing(8);
    const reader = new RingReader(ring, 0);
    expect(numbersIn(reader.read())).toEqual([]);
    const writer = written(ring, 5);
    expect(numbersIn(reader.read())).toEqual([0, 1, 2, 3, 4]);
    for (const number of [5, 6, 7, 8, 9]) write(writer, number);
    expect(numbersIn(reader.read())).toEqual([5, 6, 7, 8, 9]); // round the end
    expect(reader.overwritten).toBe(0);
  });

  test.each([
    ['full', 8, 0],
    ['one more', 9, 1],
    ['three times round', 24, 16],
  ])('says what was overwritten: %s', (_, count, overwritten) => {
    const ring = makeRing(8);
    const reader = new RingReader(ring, 0);
    written(ring, count);
    expect(numbersIn(reader.read())).toEqual(upTo(overwritten, count));
    expect(reader.overwritten).toBe(overwritten);
  });

  test('takes the record that is being overwritten for gone', () => {
    const ring = makeRing(8);
    const reader = new RingReader(ring, 0);
    const writer = written(ring, 8);
    const at = writer.begin();
    writer.words.fill(99, at, at + RECORD_WORDS / 2);
    expect(numbersIn(reader.read())).toEqual(upTo(1, 8));
    expect(reader.overwritten).toBe(1);
  });

  test('goes on where a worker died within a record: its successor writes that one', () => {
    const ring = makeRing(8);
    const reader = new RingReader(ring, 0);
    written(ring, 3).begin();
    written(ring, 2, 3);
    expect(numbersIn(reader.read())).toEqual([0, 1, 2, 3, 4]);
  });

  test('goes on when its numbers go round', () => {
    const ring = makeRing(8);
    const last = 0x7fff_ffff;
    new Int32Array(ring, 0, 2).fill(last - 2);
    const reader = new RingReader(ring, last - 2);
    written(ring, 5);
    expect(numbersIn(reader.read())).toEqual([0, 1, 2, 3, 4]);
    expect(new Int32Array(ring)[RING.ENDED]).toBe((last + 3) | 0);
    written(ring, 9, 5);
    expect(numbersIn(reader.read())).toEqual(upTo(6, 14));
  });

  test('larger than a batch is read in several', () => {
    const ring = makeRing(4 * READ_RECORDS_MAX);
    const reader = new RingReader(ring, 0);
    written(ring, READ_RECORDS_MAX + 3);
    expect(numbersIn(reader.read())).toHaveLength(READ_RECORDS_MAX);
    expect(numbersIn(reader.read())).toEqual(upTo(READ_RECORDS_MAX, READ_RECORDS_MAX + 3));
  });
});

describe.each([8, 64, 1024])('a ring of %i records that a thread hammers', (size) => {
  const RECORDS = 1_000_000;

  test('gives out whole records alone, in order, and knows how many it missed', async () => {
    const ring = makeRing(size);
    const reader = new RingReader(ring, 0);
    const worker = new Worker(HAMMER, { workerData: { ring, records: RECORDS } });
    let isOver = false;
    const ended = once(worker, 'exit').then(() => {
      isOver = true;
    });
    const faults: unknown[] = [];
    let [read, last] = [0, -1];
    do {
      if (reader.waiting === 0) await nextTurn();
      for (const number of numbersIn(reader.read())) {
        if (typeof number === 'string' || number <= last) faults.push(number);
        else last = number;
        read++;
      }
    } while (!isOver || reader.waiting > 0);
    await ended;
    expect(faults.slice(0, 5)).toEqual([]);
    expect(last).toBe(RECORDS - 1);
    expect(read + reader.overwritten).toBe(RECORDS);
    expect(read).toBeGreaterThan(0);
  });
});
