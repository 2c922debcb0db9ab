import fc from 'fast-check';
import { expect, test } from 'vitest';
import { checksLeft, initialHealth, observe, type Verdict } from '../../../src/health/verdict.ts';

/** The verdicts after each observation: `+` a success, `-` a failure. */
function verdicts(observations: string, thresholds: { fall: number; rise: number; ok?: number }): Verdict[] {
  let state = initialHealth();
  return [...observations].map((observation) => {
    state = observe(state, observation === '+', { ok: 1, ...thresholds });
    return state.verdict;
  });
}

const letters: Record<Verdict, string> = { up: 'u', down: 'd', unknown: '?' };

test.each([
  ['the first success decides', { fall: 3, rise: 3 }, '+', 'u'],
  ['the first failure decides', { fall: 3, rise: 3 }, '-', 'd'],
  ['falls at the third straight failure', { fall: 3, rise: 2 }, '+---', 'uuud'],
  ['a success between starts the count again', { fall: 3, rise: 2 }, '+--+--', 'uuuuuu'],
  ['rises at the second straight success', { fall: 3, rise: 2 }, '-++', 'ddu'],
  ['a failure between starts the count again', { fall: 3, rise: 2 }, '-+-+-', 'ddddd'],
  ['failures while down count for nothing', { fall: 2, rise: 1 }, '-----+-', 'ddddduu'],
  [
    'a link that drops one in three falls, if it takes three to be ok',
    { fall: 3, rise: 2, ok: 3 },
    '+++-++-++-',
    'uuuuuuuuud',
  ],
  ['enough successes take failures back', { fall: 3, rise: 2, ok: 3 }, '+--+++--', 'uuuuuuuu'],
  ['what brought it up has answered for the failures before', { fall: 3, rise: 2, ok: 5 }, '---++--', 'dddduuu'],
  ['at one and one it follows each observation', { fall: 1, rise: 1 }, '+-+-', 'udud'],
])('%s', (_name, thresholds, observations, expected) => {
  expect(
    verdicts(observations, thresholds)
      .map((verdict) => letters[verdict])
      .join(''),
  ).toBe(expected);
});

test('is unknown until something is observed', () => {
  expect(initialHealth()).toEqual({ verdict: 'unknown', successesInRow: 0, failures: 0 });
});

test('a verdict flips exactly when its threshold of straight observations to the contrary is reached', () => {
  const threshold = fc.integer({ min: 1, max: 6 });
  fc.assert(
    fc.property(
      fc.record({ fall: threshold, rise: threshold, ok: fc.constant(1) }),
      fc.array(fc.boolean(), { maxLength: 60 }),
      (thresholds, successes) => {
        let state = initialHealth();
        for (const [index, success] of successes.entries()) {
          const before = state;
          state = observe(before, success, thresholds);
          if (before.verdict === 'unknown') {
            expect(state.verdict).toBe(success ? 'up' : 'down');
            continue;
          }
          const needed = before.verdict === 'up' ? thresholds.fall : thresholds.rise;
          const contrary = before.verdict !== 'up';
          const last = successes.slice(Math.max(0, index + 1 - needed), index + 1);
          const overturned = last.length === needed && last.every((each) => each === contrary);
          expect(state.verdict !== before.verdict).toBe(overturned);
        }
      },
    ),
  );
});

test.each([
  ['unknown', '', 0],
  ['up and well', '+', 3],
  ['up, once failed', '+-', 2],
  ['up, about to fall', '+--', 1],
  ['down and failing', '-', 2],
  ['down, about to rise', '-+', 1],
])('checks left: %s', (_name, observations, left) => {
  const thresholds = { fall: 3, rise: 2, ok: 1 };
  let state = initialHealth();
  for (const observation of observations) state = observe(state, observation === '+', thresholds);
  expect(checksLeft(state, thresholds)).toBe(left);
});
