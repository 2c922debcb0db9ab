import { expect, test } from 'vitest';
import { Counters } from '../../../src/dataplane/counters.ts';
import { Stopwatch } from '../../../src/dataplane/stopwatch.ts';
import { ROW_BYTES, sumCounters, sumQueryCounts } from '../../../src/snapshot/counters.ts';

const WORKERS = 3;

test('answers are counted by type and response code, of all workers together', () => {
  const table = new SharedArrayBuffer(WORKERS * ROW_BYTES);
  const [first, , last] = Array.from({ length: WORKERS }, (_, index) => new Counters(table, index));
  first.addAnswer(1, 0, false, false);
  last.addAnswer(1, 0, true, false);
  last.addAnswer(28, 3, true, true);
  for (const type of [0, 99, 256, 258, 65_535]) last.addAnswer(type, 23, false, false);
  expect(sumQueryCounts(table).answers).toEqual([
    { type: 1, rcode: 0, count: 2 },
    { type: 28, rcode: 3, count: 1 },
    { type: undefined, rcode: 23, count: 5 },
  ]);
  expect(sumCounters(table)).toMatchObject({ withSubnet: 2, truncated: 1, connections: 0, timedNs: 0 });
});

test('how long answers took is counted by powers of two', () => {
  const table = new SharedArrayBuffer(ROW_BYTES);
  const counters = new Counters(table, 0);
  for (const ns of [0, 63, 64, 127, 128, 2 ** 21 - 1, 2 ** 21, 2 ** 22, 2 ** 31 - 1]) counters.addLatency(ns);
  const { boundsNs, counts, sumNs } = sumQueryCounts(table).latency;
  expect(boundsNs[0]).toBe(64);
  expect(boundsNs.at(-1)).toBe(2 ** 21);
  expect(counts).toHaveLength(boundsNs.length + 1);
  expect([counts.slice(0, 3), counts.slice(-2)]).toEqual([
    [2, 2, 1],
    [1, 3],
  ]);
  expect(sumNs).toBe(0 + 63 + 64 + 127 + 128 + 2 ** 21 - 1 + 2 ** 21 + 2 ** 22 + 2 ** 31 - 1);
});

test('a worker that takes the place of another goes on in its row', () => {
  const table = new SharedArrayBuffer(ROW_BYTES);
  new Counters(table, 0).add('received', 5);
  new Counters(table, 0).add('received', 2);
  expect(sumCounters(table).received).toBe(7);
});

test('one answer in many is timed, by a clock that is read for those alone', () => {
  const table = new SharedArrayBuffer(ROW_BYTES);
  let readings = 0;
  const stopwatch = new Stopwatch(new Counters(table, 0), () => readings++ * 0.001);
  for (let answer = 0; answer < 10_000; answer++) {
    if (!stopwatch.isDue()) continue;
    stopwatch.start();
    stopwatch.stop();
  }
  const { counts, sumNs } = sumQueryCounts(table).latency;
  const timed = counts.reduce((sum, count) => sum + count);
  expect(timed).toBe(9);
  expect(readings).toBe(2 * timed);
  expect(sumNs).toBe(1000 * timed);
});
