import { describe, expect, test } from 'vitest';
import { type Asked, answer, answers, bogota, paris, type TestService } from '../world.ts';

const from = { continent: 'EU' };
const EUROPE = ['eu', 'eu2'];

const fence = (rest: object = {}) => ({ fence: { from, to: { tag: 'gdpr' }, ...rest } });

describe('fence', () => {
  test.each<[string, Asked, string]>([
    ['only what is within', { from: paris }, 'eu eu2'],
    ['clients that are not meant go anywhere', { from: bogota }, 'us | sa | eu eu2 | ap'],
    ['clients of whom nothing is known are not meant', {}, 'us eu ap sa eu2'],
    ['what is left within', { from: paris, down: ['eu'] }, 'eu2'],
    ['what drains within, before anything outside', { from: paris, down: ['eu'], draining: ['eu2'] }, 'eu2'],
    ['nothing within is up', { from: paris, down: EUROPE }, 'refuse'],
  ])('%s', (_name, asked, expected) => {
    expect(answer([fence(), 'nearest'], asked, { answers: 9 })).toBe(expected);
  });

  test('stands where it will: it is no matter of order', () => {
    expect(answer(['weighted', fence()], { from: paris })).toBe('eu eu2');
    expect(answer([{ ordered: ['us', 'eu'] }, fence()], { from: paris })).toBe('eu');
  });

  test.each<[string, string]>([
    ['refuse', 'refuse'],
    ['none', 'none'],
    ['all', 'eu eu2'],
    ['ignore', 'us | ap sa'],
  ])('while nothing within is up, else: %s', (other, expected) => {
    const policy = [fence({ else: other }), { ordered: ['us'] }];
    expect(answer(policy, { from: paris, down: EUROPE }, { answers: 9 })).toBe(expected);
  });

  test('several fences: what is within all of them', () => {
    const both = [fence(), { fence: { to: { not: { region: 'eu2' } } } }];
    expect(answer(both, { from: paris })).toBe('eu');
    expect(answer(both, { from: bogota })).toBe('us eu ap sa');
  });

  test('of fences that leave nothing between them, the one that takes the last away says what else', () => {
    const other = { fence: { to: ['us', 'ap'] } };
    expect(answer([fence({ else: 'ignore' }), other], { from: paris })).toBe('refuse');
    expect(answer([other, fence({ else: 'ignore' })], { from: paris })).toBe('us ap');
  });

  test('a type that no endpoint within has is no failure: there is no data, and the fence holds', () => {
    const asked = { from: paris, nothing: EUROPE };
    for (const other of ['refuse', 'none', 'all', 'ignore']) {
      expect(answer([fence({ else: other })], asked)).toBe('none');
    }
  });

  test('nor is it one beside a service that has nothing within, whatever that one says', () => {
    const services = {
      web: { policy: [fence()], endpoints: { eu: 1, shop: { service: 'shop' } } },
      shop: { policy: [{ fence: { to: 'ap', else: 'none' } }], endpoints: ['us', 'sa'] },
    };
    for (const other of ['refuse', 'none', 'all', 'ignore']) {
      const web = { ...services.web, policy: [fence({ else: other })] };
      expect(answers({ ...services, web }, { from: paris, nothing: ['eu'] })).toBe('none');
    }
    expect(answers(services, { from: paris, down: ['eu'] })).toBe('refuse');
  });

  test('nor where what the service falls back to has other types within', () => {
    const services = {
      web: {
        policy: [fence()],
        endpoints: ['us'],
        whenAllDown: { kind: 'service', service: 'spare', breaksFence: false } as const,
      },
      spare: { policy: ['nearest'], endpoints: ['eu'] },
    };
    expect(answers(services, { from: paris })).toBe('spare/eu');
    expect(answers(services, { from: paris, down: ['eu'] })).toBe('refuse');
    expect(answers(services, { from: paris, nothing: ['eu'] })).toBe('none');
  });

  test('a fence with no endpoint within at all is a failure', () => {
    expect(answer([fence()], { from: paris }, { endpoints: ['us', 'ap'] })).toBe('refuse');
    expect(answer([fence({ else: 'ignore' })], { from: paris }, { endpoints: ['us', 'ap'] })).toBe('us ap');
  });

  describe('while nothing within is up, what the service falls back to', () => {
    const asked = { from: paris, down: ['eu', 'eu2', 'us', 'ap', 'sa'] };
    const spare = { policy: ['nearest'], endpoints: { us: 1, safe: { region: 'eu2' } } };
    const fallback = (breaksFence: boolean): TestService['whenAllDown'] => ({
      kind: 'service',
      service: 'spare',
      breaksFence,
    });
    const services = (breaksFence: boolean, other = 'refuse') => ({
      web: { policy: [fence({ else: other })], whenAllDown: fallback(breaksFence), endpoints: EUROPE },
      spare,
    });

    test('another service, within the fence', () => {
      expect(answers(services(false), { ...asked, down: ['web/eu', 'web/eu2'] })).toBe('spare/safe');
    });

    test('or, where that is said, outside', () => {
      const down = ['web/eu', 'web/eu2', 'safe'];
      expect(answers(services(false), { ...asked, down })).toBe('refuse');
      expect(answers(services(false, 'none'), { ...asked, down })).toBe('none');
      expect(answers(services(false, 'all'), { ...asked, down })).toBe('eu eu2');
      expect(answers(services(true), { ...asked, down })).toBe('spare/us');
    });

    test('addresses, only where that is said: nobody knows where they are', () => {
      const fixed = (breaksFence: boolean) => answer([fence()], asked, { whenAllDown: { kind: 'fixed', breaksFence } });
      expect(fixed(false)).toBe('refuse');
      expect(fixed(true)).toBe('fixed');
      expect(
        answer([fence()], { ...asked, from: bogota }, { whenAllDown: { kind: 'fixed', breaksFence: false } }),
      ).toBe('fixed');
    });
  });

  describe('services within the service', () => {
    const services = {
      web: { policy: [fence(), { ordered: [{ endpoint: 'shop' }] }], endpoints: { shop: { service: 'shop' }, eu: 1 } },
      shop: { policy: ['nearest'], endpoints: ['us', 'eu2'] },
    };
    const policyOfEu = services.web;

    test('are fenced in, too', () => {
      expect(answers(services, { from: paris })).toBe('shop/eu2');
      expect(answers(services, { from: paris, down: ['eu2'] })).toBe('eu');
      expect(answers(services, { from: paris, down: ['shop/eu2', 'web/eu'] })).toBe('refuse');
      expect(answers(services, { from: bogota })).toBe('shop/us');
    });

    test('however deep, and for their fallbacks', () => {
      const deep = {
        web: { ...policyOfEu, endpoints: { middle: { service: 'middle' } } },
        middle: { policy: ['weighted'], endpoints: { shop: { service: 'shop' } } },
        shop: {
          policy: ['nearest'],
          endpoints: ['us', 'eu2'],
          whenAllDown: { kind: 'service', service: 'spare', breaksFence: false } as const,
        },
        spare: { policy: ['nearest'], endpoints: ['sa', 'eu'] },
      };
      expect(answers(deep, { from: paris })).toBe('shop/eu2');
      expect(answers(deep, { from: paris, down: ['shop/eu2'] })).toBe('refuse');
      const all = { ...deep, web: { ...deep.web, policy: [fence({ else: 'all' })] } };
      expect(answers(all, { from: paris, down: ['shop/eu2'] })).toBe('spare/eu');
    });

    test('a fence of their own holds inside them alone', () => {
      const inner = { ...services, shop: { policy: [fence()], endpoints: ['us', 'eu2'] } };
      const outer = {
        ...inner,
        web: {
          ...inner.web,
          policy: [{ ordered: [{ endpoint: 'shop' }] }],
          endpoints: { shop: { service: 'shop' }, us: 1 },
        },
      };
      expect(answers(outer, { from: paris })).toBe('shop/eu2');
      expect(answers(outer, { from: paris, down: ['shop/eu2'] })).toBe('us');
    });

    test('to ignore a fence lifts it from them, too, and no other', () => {
      const lifted = { ...services, web: { ...services.web, policy: [fence({ else: 'ignore' })] } };
      expect(answers(lifted, { from: paris, down: ['eu2', 'eu'] })).toBe('shop/us');
    });
  });

  test('a service that a canary leads to is fenced in, too', () => {
    const services = {
      web: { policy: [{ canary: { percent: 10, to: { service: 'next' } } }, fence()], endpoints: EUROPE },
      next: { policy: ['nearest'], endpoints: ['us', 'eu2'] },
    };
    expect(answers(services, { from: paris })).toBe('10% next/eu2, else eu eu2');
    expect(answers(services, { from: paris, down: ['next/eu2'] })).toBe('10% eu eu2, else eu eu2');
  });
});
