import { expect, test } from 'vitest';
import { Lane } from '../../../../src/control/probes/lane.ts';

/** A lane whose items run until they are told to end. */
function open(atOnceMax: number) {
  const started: number[] = [];
  const ends = new Map<number, () => void>();
  const lane = new Lane<number>(atOnceMax, (item) => {
    started.push(item);
    return new Promise((resolve) => ends.set(item, resolve));
  });
  const end = async (item: number): Promise<void> => {
    ends.get(item)?.();
    await new Promise((resolve) => setImmediate(resolve));
  };
  return { lane, started, end };
}

test('runs so many at once, the others in the order they came', async () => {
  const { lane, started, end } = open(2);
  for (const item of [1, 2, 3, 4, 5]) lane.push(item);
  expect(started).toEqual([1, 2]);
  await end(2);
  expect(started).toEqual([1, 2, 3]);
  await end(1);
  await end(3);
  lane.push(6);
  expect(started).toEqual([1, 2, 3, 4, 5]);
  await end(4);
  expect(started).toEqual([1, 2, 3, 4, 5, 6]);
});

test('is idle when all that ran has ended', async () => {
  const { lane, end } = open(1);
  await lane.idle();
  lane.push(1);
  let isIdle = false;
  const idle = lane.idle().then(() => {
    isIdle = true;
  });
  await end(2);
  expect(isIdle).toBe(false);
  await end(1);
  await idle;
});

test('many that wait cost little', async () => {
  const { lane, started, end } = open(1);
  for (let item = 0; item < 50_000; item++) lane.push(item);
  for (let item = 0; item < 100; item++) await end(item);
  expect(started).toEqual(Array.from({ length: 101 }, (_, item) => item));
});
