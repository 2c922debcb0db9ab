import { describe, expect, test } from 'vitest';
import { decideFromFacts } from '../../../src/steering/decide.ts';
import { readFacts } from '../../../src/steering/plan.ts';
import type { Knowledge } from '../../../src/steering/step.ts';
import { type Asked, paris, planOfServices, shown, type TestService, worldOf } from './world.ts';

const knowledge: Knowledge = {
  latencyMs: (_location, region) => ({ us: 90, eu: 30, ap: 250, sa: 200, eu2: 32 })[region],
};

function explored(services: Readonly<Record<string, TestService>>, asked: Asked = {}, perMille = 10): string {
  const plan = planOfServices(services);
  const facts = readFacts(plan, { networks: [], ...paris }, knowledge);
  return shown(decideFromFacts(plan, facts, { ...worldOf(plan, asked), explorationPerMille: perMille }), plan);
}

const of = (policy: readonly unknown[], endpoints = ['us', 'eu', 'ap']) => ({ test: { policy, endpoints } });

describe('a few clients', () => {
  test.each<[string, ReturnType<typeof of>, Asked, string]>([
    ['get the second fastest', of(['fastest']), {}, '1% us, else eu'],
    ['the second of those that are up', of(['fastest']), { down: ['us'] }, '1% ap, else eu'],
    ['nothing else where there is one', of(['fastest']), { down: ['us', 'ap'] }, 'eu'],
    ['nothing else where all are equal', of(['fastest'], ['eu', 'eu2']), {}, 'eu eu2'],
    ['the next behind those that are equal', of(['fastest'], ['eu', 'eu2', 'us', 'ap']), {}, '1% us, else eu eu2'],
    ['nothing beyond a fence', of([{ fence: { to: { continent: 'EU' } } }, 'fastest']), {}, 'eu'],
    ['nothing that a step before puts last', of([{ ordered: ['eu'] }, 'fastest']), {}, 'eu'],
    ['nothing else by another policy', of(['nearest']), {}, 'eu'],
    ['nothing else while nothing is up', of(['fastest']), { down: ['us', 'eu', 'ap'] }, 'eu'],
  ])('%s', (_what, services, asked, expected) => {
    expect(explored(services, asked)).toBe(expected);
  });

  test('are others each day', () => {
    const plan = planOfServices(of(['fastest']));
    const facts = readFacts(plan, { networks: [], ...paris }, knowledge);
    const names = ['2026-11-22T23:59:59Z', '2026-11-23T00:00:00Z'].map((now) => {
      const decision = decideFromFacts(plan, facts, { ...worldOf(plan, { now }), explorationPerMille: 10 });
      return decision.kind === 'split' && decision.name;
    });
    expect(names).toEqual(['exploration of 2026-11-22', 'exploration of 2026-11-23']);
  });

  test('are none where exploration is off', () => {
    expect(explored(of(['fastest']), {}, 0)).toBe('eu');
  });
});
