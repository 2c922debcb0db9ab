import { expect, test } from 'vitest';
import { combine, flipSecondsOf } from '../../../src/health/combine.ts';
import { partsMentioned, probeLoops } from '../../../src/health/schema-combined.ts';
import type { Verdict } from '../../../src/health/verdict.ts';

const VERDICTS: Readonly<Record<string, Verdict>> = { u: 'up', d: 'down', '?': 'unknown' };

test.each([
  [1, 'dd', 'down'],
  [1, 'du', 'up'],
  [1, 'd?', 'unknown'],
  [1, '?u', 'up'],
  [2, 'uu', 'up'],
  [2, 'ud', 'down'],
  [2, 'u?', 'unknown'],
  [2, 'd?', 'down'],
  [2, 'uu?', 'up'],
  [2, 'u?d', 'unknown'],
])('at least %i of %s: %s', (atLeast, parts, verdict) => {
  expect(
    combine(
      atLeast,
      [...parts].map((letter) => VERDICTS[letter]!),
    ),
  ).toBe(verdict);
});

// A part is a letter, and the seconds until it could be another.
test.each([
  [2, 'u u', Number.POSITIVE_INFINITY],
  [2, 'u u10', 10],
  [2, 'u20 u10', 10],
  [1, 'u20 u10', 20],
  [1, 'u u10', Number.POSITIVE_INFINITY],
  [2, 'u30 u20 u10', 20],
  [2, 'u10 d20', 20],
  [2, 'd10 d20', 20],
  [1, 'd10 d20', 10],
  [1, 'd ?', Number.POSITIVE_INFINITY],
])('at least %i of %s could change within %d s', (atLeast, parts, seconds) => {
  const timed = parts.split(' ').map((part) => ({
    verdict: VERDICTS[part[0]!]!,
    flipSeconds: part.length > 1 ? Number(part.slice(1)) : Number.POSITIVE_INFINITY,
  }));
  expect(flipSecondsOf(atLeast, timed)).toBe(seconds);
});

test('what is mentioned, and where, in whatever state the rest is', () => {
  const section = { a: { all: ['b', { service: 's' }, 7] }, c: { atLeast: { of: ['d'] }, any: 1 }, e: null };
  expect(partsMentioned(section)).toEqual([
    { to: 'probe', name: 'b', path: ['a', 'all', 0] },
    { to: 'service', name: 's', path: ['a', 'all', 1, 'service'] },
    { to: 'probe', name: 'd', path: ['c', 'atLeast', 'of', 0] },
  ]);
});

test.each([
  ['none', { a: { all: ['b', 'c'] }, b: { any: ['c'] } }, {}, []],
  ['itself', { a: { all: ['a'] } }, {}, [['probe a']]],
  ['through another', { a: { all: ['b'] }, b: { any: ['a'] } }, {}, [['probe a', 'probe b']]],
  [
    'through a service within a service',
    { a: { all: [{ service: 's' }] } },
    { s: { endpoints: { x: { service: 't' } } }, t: { probe: 'a' } },
    [['probe a', 'service s', 'service t']],
  ],
  ['through a service', { a: { all: [{ service: 's' }] } }, { s: { probe: 'a' } }, [['probe a', 'service s']]],
])('loops: %s', (_name, probes, services, loops) => {
  expect(probeLoops(probes, services)).toEqual(loops);
});
