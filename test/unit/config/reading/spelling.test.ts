import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { suggest } from '../../../../src/config/reading/spelling.ts';
import { editDistance, nearestSpelling } from '../../../../src/util/spelling.ts';

const KEYS = ['policy', 'probe', 'ttl', 'answers', 'whenAllDown', 'endpoints'];

describe('the nearest spelling', () => {
  it.each([
    ['tttl', 'ttl'],
    ['tll', 'ttl'],
    ['polcy', 'policy'],
    ['plicoy', 'policy'],
    ['whenalldown', 'whenAllDown'],
    ['endpoint', 'endpoints'],
    ['prob', 'probe'],
    ['weight', undefined],
    ['x', undefined],
    ['p'.repeat(100_000), undefined],
  ])('of %.20s is %s', (found, nearest) => {
    expect(nearestSpelling(found, KEYS)).toBe(nearest);
  });

  it.each([
    ['tttl', KEYS, 'ttl'],
    ['weight', KEYS, 'one of policy, probe, ttl, answers, whenAllDown, endpoints'],
    ['x', ['only'], 'only'],
    ['x', [], 'a region'],
    [
      'zzzzzz',
      Array.from({ length: 30 }, (_, n) => `r${n}`),
      'one of r0, r1, r2, r3, r4, r5, r6, r7, r8, r9, r10, r11, ... (30)',
    ],
  ])('suggests for %s of %j: %s', (found, choices, words) => {
    expect(suggest(found, choices, 'a region')).toBe(words);
  });
});

describe('the edit distance', () => {
  const word = fc.string({ maxLength: 12 });

  it('is zero for equals only, the same both ways, and at most the longer length', () => {
    fc.assert(
      fc.property(word, word, (a, b) => {
        const distance = editDistance(a, b);
        expect(distance === 0).toBe(a === b);
        expect(editDistance(b, a)).toBe(distance);
        expect(distance).toBeLessThanOrEqual(Math.max(a.length, b.length));
      }),
    );
  });

  it('counts a swap of neighbours as one', () => {
    expect(editDistance('nearset', 'nearest')).toBe(1);
  });
});
