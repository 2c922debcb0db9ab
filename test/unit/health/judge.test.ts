import { expect, test } from 'vitest';
import { initialJudgement, judge } from '../../../src/health/judge.ts';

const thresholds = { fall: 1, rise: 1, ok: 1 };
const flaps = { halfLifeMs: 60_000, suppress: 4, reuse: 2 };

/** The verdicts after observations that are `everyMs` apart: `+` a success, `-` a failure. */
function verdicts(observations: string, everyMs: number, by = { ...thresholds, flaps }): string {
  let state = initialJudgement();
  return [...observations]
    .map((observation, index) => {
      state = judge(state, observation === '+', by, index * everyMs);
      return state.verdict.charAt(0);
    })
    .join('');
}

test.each([
  ['flips that are few cost nothing', '+-+-+', 1_000, 'ududu'],
  ['after too many in a short time it stays down', '+-+-+-+++', 1_000, 'udududddd'],
  ['as many over a long time are none too many', '+-+-+-+-+', 60_000, 'ududududu'],
])('%s', (_name, observations, everyMs, expected) => {
  expect(verdicts(observations, everyMs)).toBe(expected);
});

test('what is kept down comes up when the penalty has decayed', () => {
  const quick = '+-+-+-';
  const story = verdicts(quick + '+'.repeat(100), 1_000);
  const back = story.indexOf('u', quick.length);
  expect(story.slice(quick.length, back)).toMatch(/^d+$/);
  // From some 5 to 2 takes more than one half-life, and less than two.
  expect(back).toBeGreaterThan(60);
  expect(story.slice(back)).toMatch(/^u+$/);
});

test('without settings nothing is counted', () => {
  expect(verdicts('+-+-+-+-+-+', 1, { ...thresholds, flaps: undefined } as never)).toBe('udududududu');
});
