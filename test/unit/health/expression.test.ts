import { expect, test } from 'vitest';
import { isExpression, matchStepsMax, unsafeIn } from '../../../src/health/expression.ts';

test.each([
  'ok',
  '^(?:up|ready)$',
  'a+b*c?',
  '[a+*]+',
  '\\d{3}',
  '(?:ab?){3}c?',
  'a*?b',
  '(a|b){3}',
  '"status":\\s*"ok"',
  '(a+)b',
  '\\(+',
  'x{2,}',
])('%s is safe', (source) => {
  expect([isExpression(source), unsafeIn(source)]).toEqual([true, undefined]);
});

const NESTED = 'a repetition within a repetition';
const CHOICE = 'alternatives or optional parts within a repetition';
test.each([
  ['(a+)+', NESTED],
  ['(a*b?)*', NESTED],
  ['((a+)b){2,}', NESTED],
  ['(?:x[ab]*)+$', NESTED],
  ['(?<n>a+){1,9}', NESTED],
  ['(a|a)*', CHOICE],
  ['((a|b)c)+', CHOICE],
  ['(a?a?)*', CHOICE],
  [`${'a?'.repeat(21)}a{21}`, 'more than 20 repetitions and optional parts'],
  ['(a)\\1', 'a reference to an earlier group'],
  ['(?<n>a)\\k<n>', 'a reference to an earlier group'],
])('%s has %s', (source, unsafe) => {
  expect([isExpression(source), unsafeIn(source)]).toEqual([true, unsafe]);
});

test.each(['(', 'a{2', '[', '*a', '\\'])('%s is no expression', (source) => {
  expect(isExpression(source)).toBe(false);
});

test.each([
  ['ok', 1_000],
  ['\\*\\+[*+?|]', 1_000],
  ['a+', 1_000_000],
  ['up|ready', 2_000],
  ['colou?r', 2_000],
  ['a*b+', 1_000_000_000],
  ['x{3}', Number.POSITIVE_INFINITY],
])('%s takes at most %d steps in 1,000 characters', (source, steps) => {
  expect(matchStepsMax(source, 1_000)).toBe(steps);
});
