import { describe, expect, test } from 'vitest';
import type { Decision } from '../../../../src/steering/decision.ts';
import { canaryChangesMs, canaryPerMille } from '../../../../src/steering/steps/canary.ts';
import { answer, answers, decided, policyOf } from '../world.ts';

const canary = (rest: object) => ({ canary: rest });
const endpoints = ['us', 'eu', 'ap'];

describe('canary', () => {
  test.each<[string, object, string]>([
    ['to a region', { percent: 5, to: 'ap' }, '5% ap | us eu, else us eu | ap'],
    ['to an endpoint', { percent: 5, to: { endpoint: 'ap' } }, '5% ap | us eu, else us eu | ap'],
    ['to regions by tag', { percent: '0.1%', to: { tag: 'big' } }, '0.1% us eu | ap, else ap | us eu'],
    ['of nobody', { percent: 0, to: 'ap' }, 'us eu | ap'],
    ['of everyone', { percent: 100, to: 'ap' }, 'ap | us eu'],
  ])('%s', (_name, settings, expected) => {
    expect(answer([canary(settings)], {}, { endpoints, answers: 3 })).toBe(expected);
  });

  test('those outside are not sent there while another endpoint is up, those inside come back when it is down', () => {
    const policy = [canary({ percent: 5, to: 'ap' })];
    expect(answer(policy, {}, { endpoints })).toBe('5% ap, else us eu');
    expect(answer(policy, { down: ['ap'] }, { endpoints })).toBe('5% us eu, else us eu');
    expect(answer(policy, { down: ['us', 'eu'] }, { endpoints })).toBe('5% ap, else ap');
  });

  test('goes before the order that comes after it, and behind that which comes before', () => {
    const order = { ordered: ['us', 'eu', 'ap'] };
    const to = canary({ percent: 5, to: 'ap' });
    expect(answer([to, order], {}, { endpoints })).toBe('5% ap, else us');
    expect(answer([order, to], {}, { endpoints })).toBe('5% us, else us');
  });

  describe('to a service', () => {
    const services = (policy: readonly unknown[], percent = 10) => ({
      web: { policy: [canary({ percent, to: { service: 'next' } }), ...policy], endpoints },
      next: { policy: [{ ordered: ['eu2', 'sa'] }], endpoints: ['eu2', 'sa'] },
    });

    test.each<[string, readonly unknown[], readonly string[], string]>([
      ['and nobody else', [{ ordered: ['us'] }], [], '10% next/eu2, else us'],
      ['while something of it is up', [{ ordered: ['us'] }], ['eu2'], '10% next/sa, else us'],
      ['else as if there were none', [{ ordered: ['us'] }], ['eu2', 'sa'], '10% us, else us'],
      ['also where all else is down', [], ['us', 'eu', 'ap'], '10% next/eu2, else us eu ap'],
    ])('%s', (_name, policy, down, expected) => {
      expect(answers(services(policy), { down })).toBe(expected);
    });

    test('after a step that divides it has nothing to do', () => {
      const after = {
        ...services([]),
        web: { policy: ['weighted', canary({ percent: 10, to: { service: 'next' } })], endpoints },
      };
      expect(answers(after)).toBe('10% us eu ap, else us eu ap');
      expect(answers(after, { down: endpoints })).toBe('10% us eu ap, else us eu ap');
    });

    test('leads before each endpoint only once', () => {
      const ordered = {
        ...services([]),
        web: {
          policy: [{ ordered: ['us', 'eu'] }, canary({ percent: 100, to: { service: 'next' } })],
          endpoints,
          answers: 9,
        },
      };
      expect(answers(ordered)).toBe('next/eu2 | next/sa | us | eu | ap');
    });
  });

  test('services with one policy take the same clients, further canaries of a policy others, names as they are said', () => {
    const nameOf = (decision: Decision): string | undefined => (decision.kind === 'split' ? decision.name : undefined);
    const first = canary({ percent: 5, to: 'ap' });
    const second = canary({ percent: 5, to: 'eu' });
    const both = decided({ test: { policy: [first, second], endpoints } });
    expect(nameOf(both)).toBe('policy of test');
    expect(both.kind === 'split' && nameOf(both.inside)).toBe('policy of test/2');
    expect(nameOf(decided({ test: { policy: [canary({ percent: 5, to: 'ap', name: 'v2' })], endpoints } }))).toBe('v2');
  });

  test('a canary of a service within the service takes its clients there', () => {
    const services = {
      web: { policy: [{ ordered: [{ endpoint: 'shop' }] }], endpoints: { shop: { service: 'shop' }, sa: 1 } },
      shop: { policy: [canary({ percent: 5, to: 'ap' })], endpoints },
    };
    expect(answers(services)).toBe('5% shop/ap, else shop/us:0.5 shop/eu:0.5');
  });
});

describe('a ramp', () => {
  const over = (from: number, to: number) => ({ from, to, start: '2026-11-22T08:00:00Z', over: '10m' });
  const settingsOf = (ramp: object) => {
    const [step] = policyOf([canary({ ramp, to: 'ap' })]).steps;
    if (step?.kind !== 'canary') throw new Error('it is a canary');
    return step.settings;
  };
  const at = (time: string): number => Date.parse(`2026-11-22T${time}Z`);

  test.each<[string, object, string, number]>([
    ['before its start', over(10, 50), '07:00:00', 100],
    ['at its start', over(10, 50), '08:00:00', 100],
    ['half-way', over(10, 50), '08:05:00', 300],
    ['a step that is not due yet', over(0, 1), '08:00:59.999', 0],
    ['a step when it is due', over(0, 1), '08:01:00', 1],
    ['at its end', over(10, 50), '08:10:00', 500],
    ['for ever after', over(10, 50), '23:00:00', 500],
    ['a falling one half-way', over(50, 10), '08:05:00', 300],
    ['a falling one before its first step', over(1, 0), '08:00:59.999', 10],
    ['a falling one at its first step', over(1, 0), '08:01:00', 9],
  ])('%s', (_name, ramp, time, perMille) => {
    expect(canaryPerMille(settingsOf(ramp), at(time))).toBe(perMille);
  });

  test.each<[string, object]>([
    ['rising', over(0, 3.3)],
    ['falling', over(3.3, 0)],
    ['by odd steps', over(0.2, 0.9)],
  ])('the share changes when it says that it will, and at no other time: %s', (_name, ramp) => {
    const settings = settingsOf(ramp);
    let due = canaryChangesMs(settings, at('07:00:00'));
    const seen = new Set([canaryPerMille(settings, at('07:00:00'))]);
    let share = canaryPerMille(settings, at('07:00:00'));
    for (let nowMs = at('07:59:59'); nowMs < at('08:10:02'); nowMs += 7) {
      if (due !== undefined && nowMs >= due) {
        share = canaryPerMille(settings, nowMs);
        due = canaryChangesMs(settings, nowMs);
      }
      expect(canaryPerMille(settings, nowMs)).toBe(share);
      seen.add(share);
    }
    expect(due).toBeUndefined();
    const { ramp: change } = settings;
    expect(seen.size).toBe(Math.abs((change?.to ?? 0) - (change?.from ?? 0)) + 1);
  });

  test('is compiled in as it goes', () => {
    const policy = [canary({ ramp: over(0, 100), to: 'ap' })];
    const share = (time: string) => answer(policy, { now: `2026-11-22T${time}Z` }, { endpoints });
    expect(share('07:59:00')).toBe('us eu');
    expect(share('08:00:30')).toBe('5% ap, else us eu');
    expect(share('08:09:59.4')).toBe('99.9% ap, else us eu');
    expect(share('08:10:00')).toBe('ap');
  });
});
