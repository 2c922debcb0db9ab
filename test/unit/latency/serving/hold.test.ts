import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isWorthAMove } from '../../../../src/latency/serving/choose.ts';
import { type HoldOptions, holdInto, type NewTimes } from '../../../../src/latency/serving/hold.ts';

const OPTIONS: HoldOptions = { tieMs: 5, tiePercent: 5, hysteresisMs: 4, hysteresisPercent: 2 };

const times = (...ms: readonly number[]): Float32Array => Float32Array.from(ms);
const news = (ms: readonly number[]): NewTimes => ({ ms: times(...ms), hasChanged: new Uint8Array(ms.length) });
const hold = (held: Float32Array, next: NewTimes, options: HoldOptions, turn: number): Float32Array => {
  const served = new Float32Array(held.length);
  holdInto(served, held, next, options, turn);
  return served;
};
/** The turn of the last to move. */
const LAST = 0.999;

describe('what is held', () => {
  test.each<[string, number[], number[], number[]]>([
    ['stays while a change moves nobody', [20, 80], [30, 70], [20, 80]],
    ['stays where another is faster by less than both', [20, 30], [25, 22], [20, 30]],
    ['follows where another is faster by more', [20, 80], [60, 30], [60, 30]],
    ['follows where one of two that were equal is left behind', [20, 22], [20, 70], [20, 70]],
    ['stays for regions that have nothing to do with it', [20, 80, 200, 300], [22, 78, 310, 210], [20, 80, 310, 210]],
    ['has what is known for the first time', [20, Number.NaN], [21, 90], [20, 90]],
    ['forgets what is known no more', [20, 90], [21, Number.NaN], [20, Number.NaN]],
  ])('%s', (_name, held, next, expected) => {
    expect([...hold(times(...held), news(next), OPTIONS, LAST)]).toEqual(expected);
  });

  test('stays where little can be gained, until its turn comes', () => {
    const [held, next] = [times(20, 80), [60, 54]];
    expect([...hold(held, news(next), OPTIONS, 0.26)]).toEqual([20, 80]);
    expect([...hold(held, news(next), OPTIONS, 0.24)]).toEqual(next);
  });

  test('follows at once where a time was found to have changed', () => {
    const next = news([60, 54]);
    expect([...hold(times(20, 80), { ...next, hasChanged: Uint8Array.of(1, 0) }, OPTIONS, LAST)]).toEqual([60, 54]);
  });

  test('leaves nobody where enough could be gained, whichever regions there is a choice of', () => {
    const vector = fc.array(fc.integer({ min: 1, max: 400 }), { minLength: 6, maxLength: 6 });
    fc.assert(
      fc.property(vector, vector, (held, next) => {
        const served = hold(times(...held), news(next), OPTIONS, LAST);
        for (const [at, ms] of served.entries()) {
          for (const [other, otherMs] of served.entries()) {
            if (ms > otherMs + Math.max(OPTIONS.tieMs, (otherMs * OPTIONS.tiePercent) / 100)) continue;
            const gain = { fromMs: next[at]!, toMs: next[other]!, isSudden: false };
            expect(isWorthAMove(gain, OPTIONS, LAST) && ms !== next[at] && otherMs !== next[other]).toBe(false);
          }
        }
      }),
    );
  });
});
