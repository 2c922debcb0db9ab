import { expect, test } from 'vitest';
import { isExpression, unsafeIn } from '../../../src/health/expression.ts';

test.each([
  'ok',
  '^(?:up|ready)$',
  'a+b*c?',
  '[a+*]+',
  '\\d{3}',
  '(a|b){3}',
  '"status":\\s*"ok"',
  '(a+)b',
  '\\(+',
  'x{2,}',
])('%s is safe', (source) => {
  expect([isExpression(source), unsafeIn(source)]).toEqual([true, undefined]);
});

const NESTED = 'a repetition within a repetition';
test.each([
  ['(a+)+', NESTED],
  ['(a*b?)*', NESTED],
  ['((a+)b){2,}', NESTED],
  ['(?:x[ab]*)+$', NESTED],
  ['(?<n>a+){1,9}', NESTED],
  ['(a|a)*', 'alternatives within a repetition'],
  ['((a|b)c)+', 'alternatives within a repetition'],
  ['(a)\\1', 'a reference to an earlier group'],
  ['(?<n>a)\\k<n>', 'a reference to an earlier group'],
])('%s has %s', (source, unsafe) => {
  expect([isExpression(source), unsafeIn(source)]).toEqual([true, unsafe]);
});

test.each(['(', 'a{2', '[', '*a', '\\'])('%s is no expression', (source) => {
  expect(isExpression(source)).toBe(false);
});
