import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { duration } from '../../../src/util/duration.ts';
import { formatDuration, parseDurationMs } from '../../../src/util/duration-text.ts';

test.each([
  ['500ms', 500],
  ['5s', 5_000],
  ['0.5s', 500],
  ['1m30s', 90_000],
  ['2h', 7_200_000],
  ['1d', 86_400_000],
  ['1d2h3m4s5ms', 93_784_005],
  ['0s', 0],
  ['', undefined],
  ['5', undefined],
  ['s', undefined],
  ['-5s', undefined],
  ['5 s', undefined],
  ['5S', undefined],
  ['30s1m', undefined],
  ['5s5s', undefined],
  ['1.s', undefined],
  ['1e3s', undefined],
  ['5s\n', undefined],
  [`${'9'.repeat(400)}d`, undefined],
])('%j is %s ms', (text, ms) => {
  expect(parseDurationMs(text)).toBe(ms);
});

test('any text is a duration or not, never an error', () => {
  fc.assert(
    fc.property(fc.stringMatching(/^[\d.dhms]{0,12}$/), (text) => {
      const ms = parseDurationMs(text);
      expect(ms === undefined || (Number.isSafeInteger(ms) && ms >= 0)).toBe(true);
    }),
  );
});

test.each([
  [200, '200 ms'],
  [2_000, '2 s'],
  [1_500, '1.5 s'],
  [90_000, '90 s'],
])('%i ms is written %j', (ms, text) => {
  expect(formatDuration(ms)).toBe(text);
});

describe('a duration in a config', () => {
  const schema = duration('100ms', '1h');

  test.each([
    ['100ms', 100],
    ['1h', 3_600_000],
    [5, 5_000],
    [0.25, 250],
  ])('%j gives %i ms', (value, ms) => {
    expect(schema.parse(value)).toBe(ms);
  });

  test.each([
    ['99ms', 'a duration from 100ms to 1h'],
    ['1h1ms', 'a duration from 100ms to 1h'],
    [-1, 'a duration from 100ms to 1h'],
    ['5', 'a duration such as 5s or 500ms'],
    ['soon', 'a duration such as 5s or 500ms'],
    [true, 'a duration such as 5s or 500ms'],
    [Number.NaN, 'a duration such as 5s or 500ms'],
    [null, 'a duration such as 5s or 500ms'],
  ])('%j is refused: expected %s', (value, expected) => {
    expect(schema.safeParse(value).error?.issues.map((issue) => issue.message)).toEqual([expected]);
  });

  test('has a JSON Schema of its input', () => {
    const { anyOf } = z.toJSONSchema(schema, { io: 'input' });
    const pattern = anyOf?.map((option) => (typeof option === 'object' ? option.pattern : undefined)).find(Boolean);
    expect('1m30s').toMatch(new RegExp(pattern ?? 'missing'));
    expect('5').not.toMatch(new RegExp(pattern ?? ''));
  });
});
