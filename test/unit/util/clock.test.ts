import { expect, test } from 'vitest';
import { systemClock } from '../../../src/util/clock.ts';
import { ManualClock } from '../../support/manual-clock.ts';

test('timers fire in the order they are due, at the time they are due', () => {
  const clock = new ManualClock();
  const fired: string[] = [];
  clock.setTimer(20, () => fired.push(`b at ${clock.nowMs()}`));
  clock.setTimer(10, () => {
    fired.push(`a at ${clock.nowMs()}`);
    clock.setTimer(5, () => fired.push(`set by a at ${clock.nowMs()}`));
  });
  clock.setTimer(20, () => fired.push(`c at ${clock.nowMs()}`));
  clock.setTimer(31, () => fired.push('too late'));
  clock.advance(30);
  expect(fired).toEqual(['a at 10', 'set by a at 15', 'b at 20', 'c at 20']);
  expect(clock.nowMs()).toBe(30);
});

test('a cancelled timer does not fire', () => {
  const clock = new ManualClock();
  clock.setTimer(10, () => expect.unreachable()).cancel();
  clock.advance(10);
  expect(clock.pendingTimers).toBe(0);
});

test('after a stall, what was due fires late', () => {
  const clock = new ManualClock();
  const firedMs: number[] = [];
  clock.setTimer(10, () => firedMs.push(clock.nowMs()));
  clock.setTimer(20, () => firedMs.push(clock.nowMs()));
  clock.stall(100);
  expect(firedMs).toEqual([100, 100]);
});

test('the system clock goes forward and fires', async () => {
  const startMs = systemClock.nowMs();
  systemClock.setTimer(5, () => expect.unreachable()).cancel();
  await new Promise<void>((resolve) => systemClock.setTimer(20, resolve));
  expect(systemClock.nowMs()).toBeGreaterThan(startMs);
});
