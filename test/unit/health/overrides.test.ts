import { describe, expect, test } from 'vitest';
import { differenceOf, isUpByHand, type Override, Overrides } from '../../../src/health/overrides.ts';

function override(kind: Override['kind'], name: string, force: Override['force'], untilMs?: number): Override {
  return { kind, name, force, untilMs, sinceMs: 0, who: 'ann', why: '', isUnsafe: false };
}

const place = { service: 'web', endpoint: 'eu', region: 'europe' };

describe('the override that holds for an endpoint', () => {
  const own = override('endpoint', 'web/eu', 'up');
  const ofService = override('service', 'web', 'drain');
  const ofRegion = override('region', 'europe', 'down');
  test.each([
    ['none', [], undefined],
    ['its own', [ofRegion, ofService, own], own],
    ["its service's before its region's", [ofRegion, ofService], ofService],
    ["its region's", [ofRegion], ofRegion],
    [
      "not another endpoint's, service's or region's",
      [override('endpoint', 'web/us', 'up'), override('region', 'web', 'up')],
      undefined,
    ],
  ])('is %s', (_, overrides, expected) => {
    expect(new Overrides(overrides).of(place)).toBe(expected);
  });

  test('is not one of a region where it is in none', () => {
    expect(new Overrides([ofRegion]).of({ ...place, region: undefined })).toBeUndefined();
  });
});

test.each([
  [undefined, true, true],
  [undefined, false, false],
  ['up', false, true],
  ['down', true, false],
  ['drain', true, true],
  ['drain', false, false],
] as const)('forced %s and by probe %s: up is %s', (force, byProbe, isUp) => {
  expect(isUpByHand(force && override('region', 'x', force), byProbe)).toBe(isUp);
});

test('one for a target replaces the one before it, and is the newest', () => {
  const overrides = new Overrides([override('region', 'a', 'up'), override('region', 'b', 'up')]);
  expect(overrides.with(override('region', 'a', 'down')).all.map(({ name, force }) => `${name} ${force}`)).toEqual([
    'b up',
    'a down',
  ]);
});

test('ends at its time, and says when the next one will', () => {
  const overrides = new Overrides([
    override('region', 'a', 'up', 200),
    override('region', 'b', 'up', 100),
    override('region', 'c', 'up'),
  ]);
  expect(overrides.nextEndMs).toBe(100);
  expect(overrides.at(99).holding).toBe(overrides);
  const { holding, expired } = overrides.at(100);
  expect(expired.map(({ name }) => name)).toEqual(['b']);
  expect(holding.all.map(({ name }) => name)).toEqual(['a', 'c']);
  expect(holding.at(1e15).holding.nextEndMs).toBeUndefined();
});

test('a difference is what was set, changed or taken back', () => {
  const before = new Overrides([override('region', 'a', 'up'), override('region', 'b', 'up')]);
  const after = before.without({ kind: 'region', name: 'a' }).with(override('region', 'b', 'down'));
  const names = (list: readonly Override[]): string[] => list.map(({ name, force }) => `${name} ${force}`);
  const { set, removed } = differenceOf(before, after);
  expect([names(set), names(removed)]).toEqual([['b down'], ['a up']]);
  expect(differenceOf(before, new Overrides(before.all))).toEqual({ set: [], removed: [] });
});
