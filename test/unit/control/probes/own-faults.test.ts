import { expect, test } from 'vitest';
import { OwnFaults } from '../../../../src/control/probes/own-faults.ts';
import { blind, failure } from '../../../../src/control/probes/probe.ts';
import { thrownFailure } from '../../../../src/control/probes/reason.ts';
import { ManualClock } from '../../../support/manual-clock.ts';

function start() {
  const clock = new ManualClock();
  const told: string[] = [];
  const faults = new OwnFaults(clock, ({ why, isThrown, probes }) => {
    told.push(`${isThrown ? 'threw ' : ''}${why.split('\n')[0]} x${probes}`);
  });
  return { clock, told, faults };
}

const durationMs = 1;

test('a fault of ours is told at once, and while it lasts once a minute, with how many probes met it', () => {
  const { clock, told, faults } = start();
  for (let second = 0; second <= 60; second++) {
    faults.look({ ...blind('too many open files here'), durationMs });
    if (second === 30) faults.look({ ...blind('cannot run /bin/x: ENOENT'), durationMs });
    clock.advance(1_000);
  }
  expect(told).toEqual(['too many open files here x1', 'cannot run /bin/x: ENOENT x1', 'too many open files here x60']);
});

test('what a probe threw is told as that', () => {
  const { told, faults } = start();
  faults.look({ ...thrownFailure(new Error('a slip')), durationMs });
  expect(told).toEqual(['threw Error: a slip x1']);
});

test('failures of endpoints, successes and stalls are none', () => {
  const { told, faults } = start();
  faults.look({ ok: true, durationMs });
  faults.look({ ...failure('connection refused'), durationMs });
  faults.look({ ok: false, reason: 'timed out', fault: 'stall', durationMs });
  expect(told).toEqual([]);
});

test('made-up reasons without end fill no memory', () => {
  const { told, faults } = start();
  for (let index = 0; index < 250; index++) faults.look({ ...blind(`reason ${index}`), durationMs });
  faults.look({ ...blind('reason 249'), durationMs });
  expect(told).toHaveLength(250);
});
