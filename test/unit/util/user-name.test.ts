import { userInfo } from 'node:os';
import { expect, test } from 'vitest';
import { userName } from '../../../src/util/user-name.ts';

test('is the name that the machine has for a number', () => {
  const { uid, username } = userInfo();
  expect(userName(uid)).toBe(username);
});

test('is the number where the machine has no name, or no file of names', () => {
  expect(userName(4_000_000_001)).toBe('uid 4000000001');
  expect(userName(0, '/nowhere/passwd')).toBe('uid 0');
});
