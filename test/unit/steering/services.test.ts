import { describe, expect, test } from 'vitest';
import { answers, decided, paris } from './world.ts';

const shop = { policy: ['weighted'], endpoints: { ap: 3, sa: 1 } };

describe('a service as an endpoint', () => {
  test('shares of its endpoints are multiplied into its own', () => {
    const services = {
      web: { policy: ['weighted'], endpoints: { us: 1, shop: { service: 'shop', weight: 2 } } },
      shop,
    };
    expect(answers(services)).toBe('us shop/ap:1.5 shop/sa:0.5');
    expect(answers(services, { down: ['sa'] })).toBe('us shop/ap:2');
    expect(answers(services, { down: ['ap', 'sa'] })).toBe('us');
    expect(answers(services, { down: ['us'] })).toBe('shop/ap:1.5 shop/sa:0.5');
  });

  test('two levels deep', () => {
    const services = {
      web: { policy: ['weighted'], endpoints: { us: 1, middle: { service: 'middle', weight: 3 } } },
      middle: { policy: ['weighted'], endpoints: { eu: 1, shop: { service: 'shop', weight: 2 } } },
      shop,
    };
    expect(answers(services)).toBe('us middle/eu shop/ap:1.5 shop/sa:0.5');
  });

  test('by two ways to the same endpoint, all of its weight', () => {
    const services = {
      web: { policy: ['weighted'], endpoints: { one: { service: 'one' }, two: { service: 'two' } } },
      one: { policy: ['weighted'], endpoints: { shop: { service: 'shop' }, us: 1 } },
      two: { policy: ['weighted'], endpoints: { shop: { service: 'shop' } } },
      shop: { policy: ['weighted'], endpoints: { ap: 1 } },
    };
    expect(answers(services)).toBe('shop/ap:1.5 one/us:0.5');
  });

  test('its order follows within its place', () => {
    const services = {
      web: {
        policy: [{ ordered: [{ endpoint: 'shop' }, 'us'] }],
        endpoints: { us: 1, shop: { service: 'shop' } },
        answers: 9,
      },
      shop: { policy: [{ ordered: ['sa', 'ap'] }], endpoints: ['ap', 'sa'] },
    };
    expect(answers(services)).toBe('shop/sa | shop/ap | us');
  });

  test('it is where its endpoints are, or where it says', () => {
    const services = {
      web: { policy: ['nearest'], endpoints: { us: 1, shop: { service: 'shop' } } },
      shop: { policy: ['weighted'], endpoints: ['eu', 'ap'] },
    };
    expect(answers(services, { from: paris })).toBe('shop/eu:0.5 shop/ap:0.5');
    const elsewhere = {
      ...services,
      web: { ...services.web, endpoints: { us: 1, shop: { service: 'shop', region: 'sa' } } },
    };
    expect(answers(elsewhere, { from: paris })).toBe('us');
  });

  test('what it says holds for the service that it is in, too', () => {
    const services = {
      web: { policy: ['nearest'], endpoints: { us: 1, middle: { service: 'middle' } } },
      middle: { policy: ['weighted'], endpoints: { sa: 1, shop: { service: 'shop', region: 'ap' } } },
      shop: { policy: ['weighted'], endpoints: ['eu'] },
    };
    expect(answers(services, { from: paris })).toBe('us');
  });

  test('it is not where its canaries lead', () => {
    const trial = (where: Readonly<Record<string, number>>) => ({
      web: { policy: ['nearest'], endpoints: { us: 1, shop: { service: 'shop' } } },
      shop: { policy: [{ canary: { percent: 10, to: { service: 'next' } } }], endpoints: where },
      next: { policy: ['weighted'], endpoints: { eu: 1 } },
    });
    expect(answers(trial({ ap: 1 }), { from: paris })).toBe('10% us, else us');
    expect(answers(trial({ eu: 1 }), { from: paris })).toBe('10% next/eu, else shop/eu');
  });

  test('drains when all that is up of it does', () => {
    const services = { web: { policy: ['weighted'], endpoints: { us: 1, shop: { service: 'shop' } } }, shop };
    expect(answers(services, { draining: ['ap'] })).toBe('us shop/sa');
    expect(answers(services, { draining: ['ap'], down: ['sa'] })).toBe('us');
    expect(answers(services, { draining: ['ap'], down: ['sa', 'us'] })).toBe('shop/ap');
  });
});

describe('how endpoints are drawn', () => {
  const drawOf = (outer: readonly unknown[], inner: readonly unknown[], down: readonly string[] = []) => {
    const services = {
      web: { policy: outer, endpoints: { us: 1, shop: { service: 'shop' } } },
      shop: { policy: inner, endpoints: ['ap', 'sa'] },
    };
    const decision = decided(services, { down });
    return decision.kind === 'draw' ? decision.draw.kind : decision.kind;
  };

  test.each<[string, readonly unknown[], readonly unknown[], readonly string[], string]>([
    ['sticky inside random: what keeps a client where it is wins', ['weighted'], ['sticky'], [], 'sticky'],
    ['random inside sticky', ['sticky'], ['weighted'], [], 'sticky'],
    ['in turn inside random', ['weighted'], ['rotate'], [], 'random'],
    [
      'in turn inside an order: there is nothing else to draw',
      [{ ordered: [{ endpoint: 'shop' }] }],
      ['rotate'],
      [],
      'rotate',
    ],
    [
      'sticky behind what an answer comes to is no matter',
      [{ ordered: ['us', { endpoint: 'shop' }] }],
      ['sticky'],
      [],
      'random',
    ],
    ['sticky, once an answer comes to it', [{ ordered: ['us', { endpoint: 'shop' }] }], ['sticky'], ['us'], 'sticky'],
  ])('%s', (_name, outer, inner, down, expected) => {
    expect(drawOf(outer, inner, down)).toBe(expected);
  });
});

describe('when all of it is down', () => {
  const outer = (rest: object = {}) => ({ policy: ['weighted'], endpoints: { shop: { service: 'shop' } }, ...rest });

  test('the service that has it says first what to do', () => {
    const down = ['ap', 'sa'];
    expect(answers({ web: outer({ whenAllDown: { kind: 'refuse' } }), shop }, { down })).toBe('refuse');
    expect(answers({ web: outer({ whenAllDown: { kind: 'none' } }), shop }, { down })).toBe('none');
    expect(answers({ web: outer(), shop }, { down })).toBe('shop/ap:0.75 shop/sa:0.25');
  });

  test.each<[string, object, string]>([
    ['refuse', { kind: 'refuse' }, 'refuse'],
    ['none', { kind: 'none' }, 'none'],
    ['fixed', { kind: 'fixed', breaksFence: false }, 'shop/fixed'],
    ['lastGood', { kind: 'lastGood' }, 'shop/sa'],
  ])('where that is to answer as if it were up, its own word holds: %s', (_name, whenAllDown, expected) => {
    const services = { web: outer(), shop: { ...shop, whenAllDown: whenAllDown as never } };
    expect(answers(services, { down: ['ap', 'sa'], good: ['sa'] })).toBe(expected);
  });

  test('a service with nothing of the type is not down', () => {
    const refusing = outer({ whenAllDown: { kind: 'refuse' } });
    expect(answers({ web: refusing, shop }, { nothing: ['ap', 'sa'] })).toBe('none');
    expect(answers({ web: outer(), shop }, { unknown: ['ap', 'sa'] })).toBe('unknown');
  });
});
