import { expect, test } from 'vitest';
import { parseJsonPath, valueAt } from '../../../src/health/json-path.ts';

test.each([
  ['$', []],
  ['a', ['a']],
  ['a.b[0].c', ['a', 'b', 0, 'c']],
  ['$.a[10]', ['a', 10]],
  ['[0][1]', [0, 1]],
  ['["a b"].c', ['a b', 'c']],
  ['["a\\"b"]', ['a"b']],
  ['in-service', ['in-service']],
])('%s', (text, path) => {
  expect(parseJsonPath(text)).toEqual(path);
});

test.each(['', '.', '.a', 'a.', 'a..b', 'a[', 'a[-1]', 'a[x]', '[0]b', 'a b', '$a.'])('no path: %s', (text) => {
  expect(parseJsonPath(text)).toBeUndefined();
});

test.each([
  [['a', 1, 'b'], 2],
  [[], { a: [0, { b: 2 }] }],
  [['a', 2], undefined],
  [['a', 'length'], 2],
  [['toString'], undefined],
  [['a', 'b', 'c'], undefined],
])('%j', (path, value) => {
  expect(valueAt({ a: [0, { b: 2 }] }, path)).toEqual(value);
});
