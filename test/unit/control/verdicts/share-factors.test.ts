import { expect, test } from 'vitest';
import { ShareFactors } from '../../../../src/control/verdicts/share-factors.ts';
import type { EndpointTarget } from '../../../../src/control/verdicts/targets.ts';
import type { Verdict } from '../../../../src/health/verdict.ts';
import { ManualClock } from '../../../support/manual-clock.ts';
import { config } from '../../../support/prober-bench.ts';

const settings = { zScore: 3, floor: 0.2, partMax: 0.5 };

/** Endpoints a, b and so on of the service web, and one of another service. */
function bench(endpoints: readonly string[]) {
  const clock = new ManualClock();
  const scores = new Map<string, number>();
  const verdicts = new Map<string, Verdict>();
  const changes: string[] = [];
  const shares = new ShareFactors({
    clock,
    scoreOf: (key) => scores.get(key) ?? 0,
    verdictOf: (key) => verdicts.get(key) ?? 'up',
    onChange: (service) => changes.push(service),
  });
  const use = (service: string, endpoint: string) => ({ service, endpoint, region: undefined, address: '192.0.2.1' });
  const common = { address: '192.0.2.1', port: 80, probe: config() };
  const targets: EndpointTarget[] = [
    ...endpoints.map((key) => ({ ...common, key, uses: [use('web', key)] })),
    { ...common, key: 'alone', uses: [use('other', 'alone')] },
  ];
  shares.configure(targets, settings);
  const factors = (): number[] => endpoints.map((key) => Number(shares.of('web', key).toFixed(3)));
  return { clock, scores, verdicts, changes, shares, targets, factors };
}

test('the slow one loses shares, in steps, and gets them back', () => {
  const { clock, scores, changes, factors } = bench(['a', 'b']);
  scores.set('a', 6);
  clock.advance(5_000);
  expect([factors(), changes]).toEqual([[0.5, 1], ['web']]);
  scores.set('a', 6.2);
  clock.advance(20_000);
  expect([factors(), changes]).toEqual([[0.5, 1], ['web']]);
  scores.set('a', 100);
  clock.advance(5_000);
  expect(factors()).toEqual([0.2, 1]);
  scores.set('a', 0);
  clock.advance(5_000);
  expect([factors(), changes.length]).toEqual([[1, 1], 3]);
});

test('no more than a part of those that are up; alone nobody loses any', () => {
  const { clock, scores, verdicts, shares, factors } = bench(['a', 'b', 'c', 'd']);
  for (const key of ['a', 'b', 'c', 'alone']) scores.set(key, 6);
  clock.advance(5_000);
  expect([factors().filter((factor) => factor < 1).length, shares.of('other', 'alone')]).toEqual([2, 1]);
  for (const key of ['c', 'd']) verdicts.set(key, 'down');
  clock.advance(5_000);
  expect(factors().filter((factor) => factor < 1)).toHaveLength(1);
});

test('without settings all is given back, and no timer is left', () => {
  const { clock, scores, shares, targets, changes, factors } = bench(['a', 'b']);
  scores.set('a', 6);
  clock.advance(5_000);
  shares.configure(targets, undefined);
  expect([factors(), changes, clock.pendingTimers]).toEqual([[1, 1], ['web', 'web'], 0]);
});
