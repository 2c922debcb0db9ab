import { expect, test } from 'vitest';
import { coalesced } from '../../../src/util/coalesced.ts';

/** A function of which each run ends when it is told to. */
function endless() {
  const ends: ((isGood: boolean) => void)[] = [];
  const work = () =>
    new Promise<void>((resolve, reject) => {
      ends.push((isGood) => (isGood ? resolve() : reject(new Error('no'))));
    });
  return { ends, work };
}

const turn = () => new Promise(setImmediate);

test('a thousand calls during a run are one more run', async () => {
  const { ends, work } = endless();
  const ask = coalesced(work);
  for (let calls = 0; calls < 1000; calls++) ask();
  expect(ends.length).toBe(1);
  ends[0](true);
  await turn();
  expect(ends.length).toBe(2);
  ends[1](true);
  await turn();
  expect(ends.length).toBe(2);
});

test('a run that fails is over as others are', async () => {
  const { ends, work } = endless();
  const ask = coalesced(work);
  ask();
  ends[0](false);
  await turn();
  ask();
  expect(ends.length).toBe(2);
});
