import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { LatencyHistory } from '../../../src/health/latency.ts';
import { shareFactors } from '../../../src/health/outlier.ts';
import { seedOf } from '../../support/seed.ts';

function scoreOf(...samplesMs: readonly number[]): number {
  const history = new LatencyHistory();
  for (const ms of samplesMs) history.add(ms);
  return history.zScore();
}

const usual = Array.from({ length: 40 }, (_, index) => 100 + (index % 5));

describe('the z-score of a latency', () => {
  test.each<[string, number[], (score: number) => boolean]>([
    ['too little is known', [1, 1, 1, 900, 900, 900], (score) => score === 0],
    ['nothing unusual', usual, (score) => Math.abs(score) < 1],
    ['one slow probe is chance', [...usual, 900], (score) => Math.abs(score) < 1],
    ['several are not', [...usual, 200, 210, 190], (score) => score > 5],
    ['faster is no harm', [...usual, 50, 50, 50], (score) => score < 0],
    ['what is always the same may vary by a little', [...Array(40).fill(100), 103, 103, 103], (score) => score < 1],
    ['below a millisecond nothing is made of it', [...Array(40).fill(0.2), 0.9, 0.9, 0.9], (score) => score < 1],
  ])('%s', (_name, samples, isRight) => {
    expect(isRight(scoreOf(...samples))).toBe(true);
  });
});

describe('factors of shares', () => {
  const settings = { zScore: 3, floor: 0.2, partMax: 0.5 };

  test.each([
    ['none is slow', [0, 1, -5, 3], [1, 1, 1, 1]],
    ['one is twice too slow', [0, 6, 0, 0], [1, 0.5, 1, 1]],
    ['never less than the floor', [0, 600, 0, 0], [1, 0.2, 1, 1]],
    ['the slowest first, and not too many', [6, 12, 4, 0], [0.5, 0.25, 1, 1]],
    ['one of one is never lowered', [100], [1]],
  ])('%s', (_name, scores, factors) => {
    expect(shareFactors(scores, settings)).toEqual(factors);
  });

  test('stay between the floor and 1, and few are lowered', () => {
    const scores = fc.array(fc.double({ min: -100, max: 1e9, noNaN: true }), { maxLength: 40 });
    fc.assert(
      fc.property(scores, (zScores) => {
        const factors = shareFactors(zScores, settings);
        expect(factors.every((factor) => factor >= settings.floor && factor <= 1)).toBe(true);
        expect(factors.filter((factor) => factor < 1).length).toBeLessThanOrEqual(settings.partMax * zScores.length);
      }),
      { seed: seedOf('factors of shares') },
    );
  });
});
