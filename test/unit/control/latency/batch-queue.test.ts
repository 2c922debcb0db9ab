import { expect, test } from 'vitest';
import { BatchQueue } from '../../../../src/control/latency/batch-queue.ts';

test('drops the oldest where there is no room, and counts it', () => {
  const queue = new BatchQueue<number>(3);
  for (const item of [1, 2, 3, 4, 5]) queue.push(item);
  expect([queue.length, queue.dropped, queue.take(2)]).toEqual([3, 2, [3, 4]]);
  for (const item of [6, 7]) queue.push(item);
  expect([queue.take(9), queue.take(9), queue.dropped]).toEqual([[5, 6, 7], [], 2]);
});
