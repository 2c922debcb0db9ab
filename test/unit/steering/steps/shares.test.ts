import { describe, expect, test } from 'vitest';
import { answer, decided } from '../world.ts';

const endpoints = { us: 3, eu: 0, ap: 1 };

describe.each(['weighted', 'sticky'])('%s', (kind) => {
  test.each<[string, readonly string[], string]>([
    ['shares by weight; weight 0 is a last resort', [], 'us:3 ap | eu'],
    ['shares of those that are left', ['us'], 'ap | eu'],
    ['the last resort', ['us', 'ap'], 'eu'],
  ])('%s', (_name, down, expected) => {
    expect(answer([kind], { down }, { endpoints, answers: 3 })).toBe(expected);
  });

  test('weight 0 can mean never', () => {
    const policy = [{ [kind]: { zero: 'never' } }];
    expect(answer(policy, {}, { endpoints, answers: 3 })).toBe('us:3 ap');
    expect(answer(policy, { down: ['us', 'ap'] }, { endpoints, answers: 3 })).toBe('us:3 ap');
    expect(answer(policy, { down: ['us', 'ap'] }, { endpoints, whenAllDown: { kind: 'none' } })).toBe('none');
    expect(answer(policy, {}, { endpoints: { eu: 0 } })).toBe('none');
  });

  test('last resorts among themselves are equal', () => {
    expect(answer([kind], { down: ['us'] }, { endpoints: { us: 1, eu: 0, ap: 0 } })).toBe('eu ap');
  });

  test('leaves nothing equal for the steps after it', () => {
    const policy = [kind, { ordered: ['ap'] }];
    expect(answer(policy, {}, { endpoints: { us: 2, ap: 1 } })).toBe('us:2 ap');
  });

  test('divides what the steps before it left equal', () => {
    const policy = [{ ordered: [['us', 'ap'], 'sa'] }, kind];
    expect(answer(policy, {}, { endpoints: { us: 3, eu: 0, ap: 1, sa: 5 }, answers: 9 })).toBe('us:3 ap | sa:5 | eu');
  });
});

test('weighted draws by chance, sticky by the prefix of the client, rotate in turn', () => {
  expect(decided({ test: { policy: ['weighted'] } })).toMatchObject({ draw: { kind: 'random' } });
  expect(decided({ test: { policy: ['rotate'] } })).toMatchObject({ draw: { kind: 'rotate' } });
  expect(decided({ test: { policy: ['sticky'] } })).toMatchObject({
    draw: { kind: 'sticky', ipv4Bits: 24, ipv6Bits: 56 },
  });
  expect(decided({ test: { policy: [{ sticky: { ipv4Prefix: 20, ipv6Prefix: 48 } }] } })).toMatchObject({
    draw: { kind: 'sticky', ipv4Bits: 20, ipv6Bits: 48 },
  });
});

test('rotate shares equally, whatever the weights', () => {
  expect(answer(['rotate'], {}, { endpoints, answers: 3 })).toBe('us eu ap');
});

test('without a step that divides, what is left equal is drawn by chance, in equal shares', () => {
  const decision = decided({ test: { policy: [{ ordered: [['us', 'ap']] }], endpoints: { us: 3, ap: 1 } } });
  expect(decision).toMatchObject({ draw: { kind: 'random' }, tiers: [[{ weight: 1 }, { weight: 1 }]] });
});

test('where one endpoint is left there is nothing to draw', () => {
  const decision = decided({ test: { policy: ['sticky'] } }, { down: ['us', 'eu', 'ap', 'sa'] });
  expect(decision).toMatchObject({ draw: { kind: 'random' } });
});
