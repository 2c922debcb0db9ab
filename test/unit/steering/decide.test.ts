import { describe, expect, test } from 'vitest';
import type { WhenAllDown } from '../../../src/steering/plan.ts';
import { Trace } from '../../../src/steering/trace.ts';
import { ALL, answer, answers, decided, paris } from './world.ts';

describe('a policy', () => {
  const endpoints = { us: 3, eu: 2, eu2: 5, ap: 0 };

  test('each step orders only within what the step before left equal', () => {
    const asked = { from: paris };
    expect(answer(['nearest', 'weighted'], asked, { endpoints, answers: 9 })).toBe('eu:2 eu2:5 | us:3 | ap');
    expect(answer([{ ordered: ['us'] }, 'nearest'], asked, { endpoints, answers: 9 })).toBe('us | eu eu2 | ap');
  });

  test('goes no further than an answer does', () => {
    expect(answer(['nearest', 'weighted'], { from: paris }, { endpoints, answers: 2 })).toBe('eu:2 eu2:5');
    expect(answer(['nearest', 'weighted'], { from: paris }, { endpoints, answers: 3 })).toBe('eu:2 eu2:5 | us:3');
  });
});

describe('when all are down', () => {
  test.each<[string, WhenAllDown, string]>([
    ['all: as if all were up', { kind: 'all' }, 'eu eu2'],
    ['none', { kind: 'none' }, 'none'],
    ['refuse', { kind: 'refuse' }, 'refuse'],
    ['lastGood: those that were up last', { kind: 'lastGood' }, 'us'],
    ['addresses', { kind: 'fixed', breaksFence: false }, 'fixed'],
  ])('%s', (_name, whenAllDown, expected) => {
    const asked = { from: paris, down: ALL, good: ['us', 'ap'] };
    expect(answer(['nearest'], asked, { whenAllDown })).toBe(expected);
    expect(answer(['nearest'], { ...asked, down: ['eu', 'eu2'] }, { whenAllDown })).toBe('us');
    expect(decided({ test: { policy: ['nearest'], whenAllDown } }, asked)).toMatchObject({
      health: 'down',
      mode: whenAllDown.kind,
    });
  });

  test('lastGood, when nothing ever was: as if all were up', () => {
    expect(answer(['nearest'], { from: paris, down: ALL }, { whenAllDown: { kind: 'lastGood' } })).toBe('eu eu2');
  });

  test('another service, and what that says when it is down, too', () => {
    const services = {
      web: { policy: ['nearest'], whenAllDown: { kind: 'service', service: 'spare', breaksFence: false } as const },
      spare: { policy: ['weighted'], endpoints: { sa: 3, ap: 1 }, whenAllDown: { kind: 'refuse' } as const },
    };
    const down = ALL.map((name) => `web/${name}`);
    expect(answers(services, { down })).toBe('spare/sa:3 spare/ap');
    expect(answers(services, { down: [...down, 'spare/sa'] })).toBe('spare/ap');
    expect(answers(services, { down: ALL })).toBe('refuse');
    expect(decided(services, { down })).toMatchObject({ mode: 'service' });
  });

  test.each<WhenAllDown>([{ kind: 'all' }, { kind: 'refuse' }, { kind: 'fixed', breaksFence: true }])(
    'with no endpoint of the type there is nothing to answer, whatever whenAllDown says: %o',
    (whenAllDown) => {
      expect(answer(['nearest'], {}, { endpoints: [], whenAllDown })).toBe('none');
      expect(answer(['nearest'], { nothing: ALL }, { whenAllDown })).toBe('none');
    },
  );

  test('what is not known yet is no reason to say that there is nothing', () => {
    expect(answer(['nearest'], { unknown: ALL })).toBe('unknown');
    expect(answer(['nearest'], { unknown: ['us', 'eu'], down: ['ap', 'sa', 'eu2'] })).toBe('ap sa eu2');
    expect(answer(['nearest'], { unknown: ALL }, { whenAllDown: { kind: 'refuse' } })).toBe('refuse');
  });
});

describe('draining', () => {
  test('an endpoint gets nobody while another is up, however far', () => {
    expect(answer(['nearest'], { from: paris, draining: ['eu', 'eu2'] })).toBe('us');
    expect(answer(['weighted'], { draining: ['us'] }, { endpoints: { us: 9, ap: 0 } })).toBe('ap');
  });

  test('and is better than one that is down', () => {
    expect(answer(['nearest'], { from: paris, draining: ['sa'], down: ['us', 'eu', 'eu2', 'ap'] })).toBe('sa');
    expect(decided({ test: { policy: ['nearest'] } }, { draining: ALL })).toMatchObject({ mode: 'draining' });
  });
});

describe('a trace', () => {
  const services = {
    web: {
      policy: [
        { fence: { to: { not: { region: 'sa' } } } },
        { ordered: [['us', 'eu'], { endpoint: 'shop' }] },
        'weighted',
      ],
      endpoints: { us: 3, eu: 1, sa: 1, ap: 1, shop: { service: 'shop' } },
    },
    shop: { policy: ['sticky'], endpoints: ['eu2', 'ap'] },
  };

  test('says what became of each endpoint at each step', () => {
    const trace = new Trace();
    decided(services, { down: ['web/us'], trace });
    const ofRoot = trace.events.filter((event) => 'plan' in event && event.plan.index === 0);
    expect([...new Set(ofRoot.map(({ kind }) => kind))]).toEqual(['states', 'kept-out', 'ordered', 'tiers']);
    expect(ofRoot.filter(({ kind }) => kind === 'ordered').length).toBeGreaterThan(2); // all tiers, needed or not
    expect(ofRoot[0]).toMatchObject({ states: ['down', 'up', 'up', 'up', 'up'] });
    expect(ofRoot[1]).toMatchObject({ candidates: [2] });
  });

  test.each([[{}], [{ down: ['web/us', 'web/eu'] }], [{ down: ['web/us'] }], [{ draining: ['web/us'] }]])(
    'changes nothing of the decision: %o',
    (asked) => {
      const plain = decided(services, asked);
      const traced = decided(services, { ...asked, trace: new Trace() });
      if (plain.kind === 'split' || traced.kind === 'split') throw new Error('there is no canary');
      expect({ ...traced, tiers: traced.tiers.slice(0, plain.tiers.length) }).toEqual(plain);
    },
  );
});
