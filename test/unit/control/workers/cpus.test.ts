import { expect, test } from 'vitest';
import { allowedCpus, chooseCpus, parseCpuList } from '../../../../src/control/workers/cpus.ts';

test.each([
  ['0', [0]],
  ['0-3', [0, 1, 2, 3]],
  ['1,4-5,63', [1, 4, 5, 63]],
  ['', []],
])('the list %s', (text, cpus) => {
  expect(parseCpuList(text)).toEqual(cpus);
});

test('auto is every processor that this process may use', () => {
  expect(chooseCpus('auto', [2, 3])).toEqual({ ok: true, value: [2, 3] });
});

test('none is chosen where none is asked for', () => {
  expect(chooseCpus([], [0, 1])).toEqual({ ok: true, value: [] });
});

test('processors that it may not use are all named', () => {
  const chosen = chooseCpus([0, 7, 8], [0, 1]);
  expect(chosen).toMatchObject({ ok: false, problems: [{ code: 'no-such-cpu' }, { expected: 'some of 0, 1' }] });
});

test.runIf(process.platform === 'linux')('the system says which it may use', () => {
  expect(allowedCpus().length).toBeGreaterThan(0);
});
