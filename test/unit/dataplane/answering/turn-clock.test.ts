import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { TurnClock } from '../../../../src/dataplane/answering/turn-clock.ts';

test('reads the time once a turn, when it is first asked for', async () => {
  let reads = 0;
  const clock = new TurnClock(() => 2500.75 * ++reads);
  const time = () => {
    clock.update();
    return [clock.ms, clock.seconds, reads];
  };
  expect(reads).toBe(0);
  expect([time(), time()]).toEqual([
    [2500, 2, 1],
    [2500, 2, 1],
  ]);
  await Promise.resolve();
  expect(time()).toEqual([2500, 2, 1]);
  await nextTurn();
  expect(reads).toBe(1);
  expect(time()).toEqual([5001, 5, 2]);
});

test('gives the lower 32 bits', () => {
  const clock = new TurnClock(() => 4_294_967_295_999);
  clock.update();
  expect([clock.ms, clock.seconds]).toEqual([4_294_967_295_999 | 0, -1]);
});
