import { describe, expect, test } from 'vitest';
import type { Estimates } from '../../../../src/latency/estimating/estimates.ts';
import { NOW_MS, newModel, PERIOD_MS, report } from '../world.ts';

/**
 * What a noisy country's networks report, as factors: of nine networks, too few for it to be sure of a change of a fourth by
 * itself.
 */
const NOISE = [0.7, 0.8, 0.9, 1, 1, 1, 1.1, 1.25, 1.4];
const DE_NETWORKS = 60;
const LEARNING_PERIODS = 6;

/** Estimates of FR after DE, beside it, became 80 ms slower in one period: by so much FR did, too. */
function frAfter(changeMs: number): number {
  const model = newModel();
  let estimates: Estimates | undefined;
  for (let period = 0; period <= LEARNING_PERIODS; period++) {
    const atMs = NOW_MS + period * PERIOD_MS;
    const isLast = period === LEARNING_PERIODS;
    for (let index = 0; index < DE_NETWORKS; index++) {
      model.report(report({ network: `10.0.${index}.0/24`, source: `de ${index}`, rttMs: isLast ? 120 : 40, atMs }));
    }
    for (const [index] of NOISE.entries()) {
      const factor = NOISE[(index * 4 + period * 2) % NOISE.length]!;
      const rttMs = (isLast ? 300 + changeMs : 300) * factor;
      const network = `10.1.${index}.0/24`;
      model.report(report({ network, source: `fr ${index}`, country: 'FR', asn: 64501, rttMs, atMs }));
    }
    estimates = model.recompile(atMs + PERIOD_MS);
  }
  return estimates!.estimate({ country: 'FR', asn: 64501 }, 'eu')!.ms;
}

describe('a continent becomes slower, and of its countries one is too noisy to be sure', () => {
  test('it goes along where it sees much the same', () => expect(frAfter(80)).toBeGreaterThan(345));
  test('it stays where it sees nothing', () => expect(frAfter(0)).toBeLessThan(325));
});
