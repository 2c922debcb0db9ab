import { expect, test } from 'vitest';
import { StallMeter } from '../../../../src/control/probes/stall.ts';
import { ManualClock } from '../../../support/manual-clock.ts';

test('time that passes as it should is not lost', () => {
  const clock = new ManualClock();
  const watch = new StallMeter(clock).watch();
  clock.advance(10_000);
  expect(watch.stalledMs()).toBe(0);
});

test('a stall is seen from within the first timer after it, and once', () => {
  const clock = new ManualClock();
  // Set before the meter's own timer, and so fired before it.
  clock.setTimer(50, () => expect(watch.stalledMs()).toBe(950));
  const watch = new StallMeter(clock).watch();
  clock.stall(1_000);
  expect(watch.stalledMs()).toBe(950);
  clock.advance(1_000);
  expect(watch.stalledMs()).toBe(950);
});

test('a stall that is over before the watch began is not counted', () => {
  const clock = new ManualClock();
  const meter = new StallMeter(clock);
  const early = meter.watch();
  clock.stall(1_000);
  const late = meter.watch();
  clock.advance(100);
  clock.stall(250);
  expect([early.stalledMs(), late.stalledMs()]).toEqual([950 + 200, 200]);
});

test('no timer is left when nobody watches', () => {
  const clock = new ManualClock();
  const meter = new StallMeter(clock);
  const watches = [meter.watch(), meter.watch()];
  expect(clock.pendingTimers).toBe(1);
  for (const watch of watches) watch.end();
  expect(clock.pendingTimers).toBe(0);
  clock.advance(10_000);
  expect(meter.watch().stalledMs()).toBe(0);
});

test('time for which the machine slept, and the clock stood still, is lost; rounding is not', () => {
  const clock = new ManualClock();
  let sleptMs = 7_000_000;
  const watch = new StallMeter(clock, () => sleptMs).watch();
  sleptMs += 900;
  clock.advance(100);
  expect(watch.stalledMs()).toBe(0);
  sleptMs += 60_000;
  // Also before the meter's next tick.
  expect(watch.stalledMs()).toBe(60_900);
  clock.advance(1_000);
  expect(watch.stalledMs()).toBe(60_900);
});
