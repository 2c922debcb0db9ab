import { setImmediate } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { Outbox, type OutboxOptions } from '../../../../src/control/hooks/outbox.ts';
import type { Delivery, Telling } from '../../../../src/control/hooks/telling.ts';
import { ManualClock } from '../../../support/manual-clock.ts';

const TAKEN: Delivery = { result: 'taken' };
const AGAIN: Delivery = { result: 'again', why: 'busy' };
const NEVER: Delivery = { result: 'never', why: 'no' };

/** An outbox to a receiver that answers as the test says, in turn; an answer that is missing never comes. */
function outboxTo(answers: (Delivery | 'throw')[], options: Partial<OutboxOptions> = {}) {
  const clock = new ManualClock();
  const asked: string[] = [];
  const told: string[] = [];
  const outbox = new Outbox({
    ...{ clock, random: () => 1, timeoutMs: 1_000, giveUpMs: 10_000, queueMax: 3 },
    deliver({ id }, signal) {
      asked.push(`${id} ${clock.nowMs()}`);
      const answer = answers.shift();
      if (answer === 'throw') return Promise.reject(new Error('broken'));
      if (answer !== undefined) return Promise.resolve(answer);
      return new Promise((resolve) => {
        signal.addEventListener('abort', () => resolve({ result: 'again', why: String(signal.reason) }));
      });
    },
    onFailed: ({ id }, why, isGivenUp) => told.push(`${id} ${why}${isGivenUp ? ', given up' : ''}`),
    onDropped: ({ id }) => told.push(`${id} dropped`),
    ...options,
  });
  return { clock, asked, told, outbox };
}

function telling(id: string): Telling {
  return { id, kind: 'verdict', atMs: 0, body: '' };
}

/** Lets what is resolved go on, as far as it goes without time passing. */
async function settled(): Promise<void> {
  for (let turn = 0; turn < 5; turn++) await setImmediate();
}

describe('an outbox', () => {
  test('sends one after the other, in their order', async () => {
    const { asked, outbox } = outboxTo([TAKEN, TAKEN]);
    for (const id of ['a', 'b', 'c']) outbox.push(telling(id));
    await settled();
    expect(asked).toEqual(['a 0', 'b 0', 'c 0']);
    expect(outbox.length).toBe(1);
    expect(outbox.counts).toEqual({ taken: 2, failed: 0, givenUp: 0, dropped: 0 });
  });

  test('tries again at growing intervals, and keeps the others waiting', async () => {
    const { clock, asked, told, outbox } = outboxTo([AGAIN, AGAIN, TAKEN, TAKEN]);
    outbox.push(telling('a'));
    outbox.push(telling('b'));
    await settled();
    for (const ms of [500, 1_000]) {
      clock.advance(ms - 1);
      await settled();
      clock.advance(1);
      await settled();
    }
    expect(asked).toEqual(['a 0', 'a 500', 'a 1500', 'b 1500']);
    expect(told).toEqual(['a busy', 'a busy']);
  });

  test('waits between half and all of the interval, as chance has it', async () => {
    const { clock, asked, outbox } = outboxTo([AGAIN, TAKEN], { random: () => 0 });
    outbox.push(telling('a'));
    await settled();
    clock.advance(250);
    await settled();
    expect(asked).toEqual(['a 0', 'a 250']);
  });

  test('gives up when its time is up, and goes on with the next', async () => {
    const { clock, asked, told, outbox } = outboxTo([AGAIN, AGAIN, TAKEN], { giveUpMs: 1_000 });
    outbox.push(telling('a'));
    outbox.push(telling('b'));
    await settled();
    clock.advance(500);
    await settled();
    expect(asked).toEqual(['a 0', 'a 500', 'b 500']);
    expect(told).toEqual(['a busy', 'a busy, given up']);
  });

  test.each([
    ['refused for good', NEVER, 'a no, given up'],
    ['thrown', 'throw' as const, 'a Error: broken, given up'],
  ])('goes on at once after what was %s', async (_, answer, said) => {
    const { asked, told, outbox } = outboxTo([answer, TAKEN]);
    outbox.push(telling('a'));
    outbox.push(telling('b'));
    await settled();
    expect(asked).toEqual(['a 0', 'b 0']);
    expect(told).toEqual([said]);
  });

  test('ends an attempt that takes too long', async () => {
    const { clock, told, outbox } = outboxTo([]);
    outbox.push(telling('a'));
    await settled();
    clock.advance(1_000);
    await settled();
    expect(told).toEqual(['a timed out after 1 s']);
  });

  test('loses the oldest that waits when there are too many, and never the one under way', async () => {
    const { told, outbox } = outboxTo([]);
    for (const id of ['a', 'b', 'c', 'd', 'e', 'f']) outbox.push(telling(id));
    await settled();
    expect(told).toEqual(['b dropped', 'c dropped']);
    expect(outbox.length).toBe(4);
  });

  test('that is drained sends what waits, at once what was to be sent again later, and takes no more', async () => {
    const { clock, asked, outbox } = outboxTo([AGAIN, TAKEN, TAKEN]);
    for (const id of ['a', 'b']) outbox.push(telling(id));
    await settled();
    const lost = outbox.drain(3_000);
    outbox.push(telling('c'));
    expect(await lost).toBe(0);
    expect(asked).toEqual(['a 0', 'a 0', 'b 0']);
    expect([clock.pendingTimers, outbox.counts.taken]).toEqual([0, 2]);
  });

  test('that is drained gives up, when the time is over, what is not taken, and leaves nothing behind', async () => {
    const { clock, told, outbox } = outboxTo([AGAIN], { timeoutMs: 60_000 });
    for (const id of ['a', 'b', 'c']) outbox.push(telling(id));
    await settled();
    const lost = outbox.drain(3_000);
    await settled();
    clock.advance(3_000);
    expect(await lost).toBe(3);
    await settled();
    expect([clock.pendingTimers, outbox.length, outbox.counts.givenUp, told]).toEqual([0, 0, 3, ['a busy']]);
  });

  test('that is drained while it waits for its turn does not take it', async () => {
    const { promise: turn, resolve } = Promise.withResolvers<() => void>();
    let isTaken = true;
    const { clock, asked, outbox } = outboxTo([TAKEN], { turn: () => turn });
    outbox.push(telling('a'));
    const lost = outbox.drain(3_000);
    clock.advance(3_000);
    expect(await lost).toBe(1);
    resolve(() => {
      isTaken = false;
    });
    await settled();
    expect([asked, isTaken]).toEqual([[], false]);
  });

  test('of which nothing waits is drained at once', async () => {
    const { clock, outbox } = outboxTo([]);
    expect(await outbox.drain(3_000)).toBe(0);
    expect(clock.pendingTimers).toBe(0);
  });
});
