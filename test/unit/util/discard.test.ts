import { expect, test } from 'vitest';
import { discard } from '../../../src/util/discard.ts';

test('what is discarded is given back, and empty for whoever still has it', () => {
  const array = new Int32Array(1 << 20).fill(1);
  const before = process.memoryUsage().arrayBuffers;
  discard(array);
  expect(process.memoryUsage().arrayBuffers).toBeLessThanOrEqual(before - (1 << 22));
  expect([array.length, array[0]]).toEqual([0, undefined]);
});
