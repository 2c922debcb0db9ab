import { expect, test } from 'vitest';
import { atOnce, inTurns, type Sliced } from '../../../src/util/slices.ts';

function* counting(steps: number, did: () => void): Sliced<number> {
  for (let step = 0; step < steps; step++) {
    did();
    yield;
  }
  return steps;
}

test('all of it at once', () => {
  let done = 0;
  expect([atOnce(counting(5, () => void done++)), done]).toEqual([5, 5]);
});

test('a pause after each slice, and none at the end', async () => {
  let nowMs = 0;
  const pausedAtMs: number[] = [];
  const turns = { sliceMs: 10, nowMs: () => nowMs, pause: async () => void pausedAtMs.push(nowMs) };
  const work = counting(7, () => {
    nowMs += 4;
  });
  expect(await inTurns(work, turns)).toBe(7);
  expect(pausedAtMs).toEqual([12, 24]);
});

test('what fails, fails whoever does it', async () => {
  const failing = function* (): Sliced<void> {
    yield;
    throw new Error('it can not be done');
  };
  expect(() => atOnce(failing())).toThrow('can not');
  const turns = { sliceMs: 0, nowMs: () => 0, pause: async () => {} };
  await expect(inTurns(failing(), turns)).rejects.toThrow('can not');
});
