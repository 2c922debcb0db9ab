import { describe, expect, test } from 'vitest';
import type { State } from '../../../../src/steering/steps/when.ts';
import { answer, bogota, paris } from '../world.ts';

const endpoints = ['us', 'eu', 'ap'];
const when = (conditions: object, steps: readonly unknown[] = [{ ordered: ['ap'] }], rest: object = {}) => [
  { when: { ...conditions, steps, ...rest } },
];

describe('when', () => {
  test('for certain clients', () => {
    const policy = when({ from: { continent: 'EU' } });
    expect(answer(policy, { from: paris }, { endpoints })).toBe('ap');
    expect(answer(policy, { from: bogota }, { endpoints })).toBe('us eu ap');
  });

  test('and other steps for the others', () => {
    const policy = when({ from: { continent: 'EU' } }, undefined, { else: [{ ordered: ['us'] }] });
    expect(answer(policy, { from: paris }, { endpoints })).toBe('ap');
    expect(answer(policy, { from: bogota }, { endpoints })).toBe('us');
  });

  test('within its hours', () => {
    const policy = when({ hours: { from: '08:00', to: '18:00', zone: 'Asia/Tokyo' } }, undefined, {
      else: [{ ordered: ['us'] }],
    });
    expect(answer(policy, { now: '2026-11-22T07:00:00Z' }, { endpoints })).toBe('ap'); // 16:00 there
    expect(answer(policy, { now: '2026-11-22T10:00:00Z' }, { endpoints })).toBe('us');
  });

  test.each<[State, State, string]>([
    ['down', 'down', 'ap'],
    ['down', 'up', 'us eu ap'],
    ['up', 'up', 'ap'],
    ['up', 'degraded', 'ap'],
    ['up', 'draining', 'us eu ap'],
    ['up', 'down', 'us eu ap'],
    ['degraded', 'degraded', 'ap'],
    ['degraded', 'up', 'us eu ap'],
    ['draining', 'draining', 'ap'],
    ['draining', 'down', 'us eu ap'],
  ])('while something is %s and it is %s', (is, state, expected) => {
    expect(answer(when({ while: { service: 'db', is } }), { states: { db: state } }, { endpoints })).toBe(expected);
    expect(answer(when({ while: { region: 'us', is } }), { states: { us: state } }, { endpoints })).toBe(expected);
  });

  test('all conditions must hold', () => {
    const policy = when({ from: { continent: 'EU' }, while: { service: 'db', is: 'down' } }, undefined, {
      else: [{ ordered: ['us'] }],
    });
    expect(answer(policy, { from: paris, states: { db: 'down' } }, { endpoints })).toBe('ap');
    expect(answer(policy, { from: paris }, { endpoints })).toBe('us');
    expect(answer(policy, { from: bogota, states: { db: 'down' } }, { endpoints })).toBe('us');
  });

  test('conditions within conditions', () => {
    const inner = when({ while: { service: 'db', is: 'down' } }, [{ ordered: ['us'] }], {
      else: [{ ordered: ['eu'] }],
    });
    const policy = when({ from: { continent: 'EU' } }, inner, { else: [{ ordered: ['ap'] }] });
    expect(answer(policy, { from: paris, states: { db: 'down' } }, { endpoints })).toBe('us');
    expect(answer(policy, { from: paris }, { endpoints })).toBe('eu');
    expect(answer(policy, { from: bogota, states: { db: 'down' } }, { endpoints })).toBe('ap');
  });

  test('every kind of step may stand there', () => {
    const fenced = when({ from: { continent: 'EU' } }, [{ fence: { to: { tag: 'gdpr' } } }]);
    expect(answer(fenced, { from: paris }, { endpoints })).toBe('eu');
    expect(answer(fenced, { from: paris, down: ['eu'] }, { endpoints })).toBe('refuse');
    expect(answer(fenced, { from: bogota, down: ['eu'] }, { endpoints })).toBe('us ap');
    const taken = when({ from: { continent: 'EU' } }, [{ canary: { percent: 5, to: 'ap' } }]);
    expect(answer(taken, { from: paris }, { endpoints })).toBe('5% ap, else us eu');
    expect(answer(taken, { from: bogota }, { endpoints })).toBe('us eu ap');
    expect(
      answer(when({ from: { continent: 'EU' } }, [{ limit: { answers: 3 } }]), { from: paris }, { endpoints }),
    ).toBe('us eu ap');
  });

  test('steps around it apply to everyone', () => {
    const policy = [
      { ordered: [['us', 'eu']] },
      ...when({ from: { continent: 'EU' } }, [{ ordered: ['eu'] }]),
      'weighted',
    ];
    expect(answer(policy, { from: paris }, { endpoints })).toBe('eu');
    expect(answer(policy, { from: bogota }, { endpoints })).toBe('us eu');
  });
});
