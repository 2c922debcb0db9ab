import { expect, test } from 'vitest';
import { obstacles } from '../../../../src/control/listening/takeover.ts';

const AYA = ['node', '/opt/aya/src/main.ts', 'serve', '--config', 'aya.yaml'];

test.each([
  ['an Aya of the same user', 1000, { pid: 7, uid: 1000, command: AYA }, []],
  ['an Aya of another user', 1000, { pid: 7, uid: 33, command: AYA }, ['process 7, an Aya of user 33']],
  ["another user's, for root", 0, { pid: 7, uid: 33, command: AYA }, ['process 7, an Aya of user 33']],
  ['what is no Aya', 1000, { pid: 7, uid: 1000, command: ['named', '-g'] }, ['process 7, named -g']],
  ['an Aya that only checks', 1000, { pid: 7, uid: 1000, command: ['aya', 'check'] }, ['process 7, aya check']],
])('%s', (_, uid, holder, found) => {
  expect(obstacles([holder], uid).map((problem) => problem.found)).toEqual(
    found.map((text) => `an address taken by ${text}`),
  );
});
