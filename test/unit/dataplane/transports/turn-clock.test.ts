import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { TurnClock } from '../../../../src/dataplane/transports/turn-clock.ts';

test('reads the time once a turn, when it is first asked for', async () => {
  let reads = 0;
  const clock = new TurnClock(() => 1000 * ++reads + 0.5);
  expect(reads).toBe(0);
  expect([clock.nowMs(), clock.nowMs()]).toEqual([1000.5, 1000.5]);
  await Promise.resolve();
  expect([clock.nowMs(), reads]).toEqual([1000.5, 1]);
  await nextTurn();
  expect(reads).toBe(1);
  expect([clock.nowMs(), clock.nowMs(), reads]).toEqual([2000.5, 2000.5, 2]);
});
