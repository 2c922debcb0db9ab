import { expect, test } from 'vitest';
import { Answerer } from '../../../../src/dataplane/answering/answer.ts';
import { BatchClock } from '../../../../src/dataplane/answering/batch-clock.ts';
import { Counters } from '../../../../src/dataplane/counters.ts';
import { Stopwatch } from '../../../../src/dataplane/stopwatch.ts';
import { COUNTER, ROW_BYTES } from '../../../../src/snapshot/counters.ts';
import { Random } from '../../../../src/util/random.ts';
import { snapshotOf } from '../../../support/answering.ts';
import { query } from '../../../support/ask.ts';
import { clientAt } from '../../../support/rate-limit.ts';

test('a stopwatch times some of the answers, and changes none', () => {
  const table = new SharedArrayBuffer(ROW_BYTES);
  const counters = new Counters(table, 0);
  let nowMs = 0;
  const stopwatch = new Stopwatch(counters, () => nowMs++);
  const settings = { cookies: { secrets: [new Uint8Array(16)], isRequired: false } };
  const answerer = new Answerer(new Random(1), settings, new BatchClock(() => 0), counters, stopwatch);
  const snapshot = snapshotOf({ zones: { 'example.com.': 'www A 192.0.2.1' } });
  const source = {
    isStream: false,
    resolverAddress: (into: ReturnType<typeof clientAt>) => into.copy(clientAt('::1')),
  };
  const asked = query('www.example.com. A');
  const lengths = Array.from({ length: 3000 }, () => answerer.answer(snapshot, asked, asked.length, source));
  expect(new Set(lengths).size).toBe(1);
  const readings = nowMs / 2;
  expect(readings).toBeGreaterThan(0);
  expect(readings).toBeLessThan(lengths.length / 100);
  // Each took the one millisecond by which the clock went on.
  expect(new Float64Array(table)[COUNTER.timedNs]).toBe(readings * 1_000_000);
});
