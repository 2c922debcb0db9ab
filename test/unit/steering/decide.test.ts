import { describe, expect, test } from 'vitest';
import type { Location } from '../../../src/geo/location.ts';
import { decide, type TracedStep } from '../../../src/steering/decide.ts';
import type { MapRow } from '../../../src/steering/steps/map.ts';
import { candidate, client, policy, REGIONS, shown, world } from './world.ts';

const nearest = { kind: 'nearest', settings: {} } as const;
const weighted = { kind: 'weighted', settings: {} } as const;
const ordered = (...settings: string[]) => ({ kind: 'ordered', settings }) as const;
const map = (...settings: MapRow[]) => ({ kind: 'map', settings }) as const;

const all = REGIONS.map((name) => candidate(name));
const paris = client({ country: 'FR', continent: 'EU', latitude: 48.9, longitude: 2.3 });
const osaka = client({ country: 'JP', continent: 'AS', latitude: 34.7, longitude: 135.5 });
const bogota = client({ country: 'CO', continent: 'SA', latitude: 4.7, longitude: -74.1 });
const nowhere = client();

describe('nearest', () => {
  test.each<[string, Location, string[], string]>([
    ['Paris', paris, [], 'eu eu2 | us | sa | ap'],
    ['Osaka', osaka, [], 'ap | eu eu2 | us | sa'],
    ['Bogota: Washington is nearer than Sao Paulo', bogota, [], 'us | sa | eu eu2 | ap'],
    ['a region that is down is not there', paris, ['eu'], 'eu2 | us | sa | ap'],
    ['a client whose place nobody knows finds all equal', nowhere, [], 'us eu ap sa eu2'],
  ])('%s', (_name, location, down, expected) => {
    expect(shown(decide(policy(nearest), location, world(all, down)), all)).toBe(expected);
  });

  test('a region without a location comes last', () => {
    const candidates = [{ region: { name: 'lost', tags: [] }, weight: 1 }, candidate('ap')];
    expect(shown(decide(policy(nearest), paris, world(candidates)), candidates)).toBe('ap | lost');
  });
});

describe('ordered', () => {
  test.each<[string, string[], string[], string]>([
    ['the order of the list', ['eu', 'us', 'ap', 'sa', 'eu2'], [], 'eu | us | ap | sa | eu2'],
    ['regions it does not name come last, as equals', ['ap', 'us'], [], 'ap | us | eu sa eu2'],
    ['the first that is up leads', ['ap', 'us'], ['ap'], 'us | eu sa eu2'],
  ])('%s', (_name, order, down, expected) => {
    expect(shown(decide(policy(ordered(...order)), nowhere, world(all, down)), all)).toBe(expected);
  });
});

describe('weighted', () => {
  const candidates = [candidate('us', 3), candidate('eu', 0), candidate('ap', 1)];
  test.each<[string, string[], string]>([
    ['shares by weight; weight 0 is a last resort', [], 'us:3 ap | eu'],
    ['shares of those that are left', ['us'], 'ap | eu'],
    ['the last resort', ['us', 'ap'], 'eu'],
  ])('%s', (_name, down, expected) => {
    expect(shown(decide(policy(weighted), nowhere, world(candidates, down)), candidates)).toBe(expected);
  });
});

describe('map', () => {
  const rows: MapRow[] = [
    { to: ['us', 'eu'] },
    { from: { continent: ['EU', 'AS'] }, to: ['eu2'] },
    { from: { country: ['FR', 'JP'] }, to: ['eu', 'sa'] },
    { from: { asn: [64500] }, to: ['sa'] },
    { from: { subdivision: ['FR-IDF'] }, to: ['us'] },
    { from: { city: ['paris'] }, to: ['ap'] },
    { from: { network: ['office'] }, to: ['eu2'] },
    { from: { network: ['floor'] }, to: ['ap'] },
  ];
  test.each<[string, Location, string]>([
    ['everyone', nowhere, 'us | eu | ap sa eu2'],
    ['continent, then everyone', client({ continent: 'AS', country: 'CN' }), 'eu2 | us | eu | ap sa'],
    ['country before continent', osaka, 'eu | sa | eu2 | us | ap'],
    ['ASN before country', { ...osaka, asn: 64500 }, 'sa | eu | eu2 | us | ap'],
    ['subdivision before ASN', { ...paris, asn: 64500, subdivision: 'FR-IDF' }, 'us | sa | eu | eu2 | ap'],
    [
      'city before subdivision, in any case',
      { ...paris, subdivision: 'FR-IDF', city: 'Paris' },
      'ap | us | eu | sa | eu2',
    ],
    ['network before city', { ...paris, city: 'Paris', networks: ['office'] }, 'eu2 | ap | eu | sa | us'],
    ['the longest network first', { ...paris, networks: ['floor', 'office'] }, 'ap | eu2 | eu | sa | us'],
  ])('%s', (_name, location, expected) => {
    expect(shown(decide(policy(map(...rows)), location, world(all)), all)).toBe(expected);
  });

  test('all keys of a row must match', () => {
    const step = map(
      { from: { country: ['FR'], asn: [64500] }, to: ['ap'] },
      { from: { country: ['FR'] }, to: ['eu'] },
    );
    const first = (location: Location) => shown(decide(policy(step), location, world(all)), all).split(' | ')[0];
    expect(first(paris)).toBe('eu');
    expect(first({ ...paris, asn: 64500 })).toBe('ap');
    expect(first({ ...osaka, asn: 64500 })).toBe('us eu ap sa eu2');
  });

  test('while the regions of a row are down, those of the next less specific row', () => {
    const step = map({ from: { country: ['FR'] }, to: ['eu'] }, { to: ['sa', 'us'] });
    expect(shown(decide(policy(step), paris, world(all, ['eu'])), all)).toBe('sa | us | ap eu2');
  });

  test('of rows that are equally specific the first written comes first', () => {
    const step = map({ from: { country: ['FR'] }, to: ['ap'] }, { from: { country: ['FR'] }, to: ['eu'] });
    expect(shown(decide(policy(step), paris, world(all)), all)).toBe('ap | eu | us sa eu2');
  });
});

describe('a policy', () => {
  test('each step orders only within what the step before left equal', () => {
    const candidates = [candidate('us', 3), candidate('eu', 2), candidate('eu2', 5), candidate('ap', 0)];
    expect(shown(decide(policy(nearest, weighted), paris, world(candidates)), candidates)).toBe(
      'eu:2 eu2:5 | us:3 | ap',
    );
    expect(shown(decide(policy(weighted, nearest), paris, world(candidates)), candidates)).toBe(
      'eu:2 eu2:5 | us:3 | ap',
    );
    expect(shown(decide(policy(ordered('us'), nearest), paris, world(candidates)), candidates)).toBe(
      'us | eu eu2 | ap',
    );
  });

  test.each<[string, Parameters<typeof world>[2], string]>([
    ['all: as if all were up', { whenAllDown: 'all' }, 'eu eu2 | us | sa | ap'],
    ['none', { whenAllDown: 'none' }, 'none'],
    ['another service', { whenAllDown: { service: 'spare' } }, 'service'],
  ])('when all are down: %s', (_name, rest, expected) => {
    expect(shown(decide(policy(nearest), paris, world(all, REGIONS, rest)), all)).toBe(expected);
  });

  test('with no endpoint of the type there is nothing to answer, whatever whenAllDown says', () => {
    expect(decide(policy(nearest), paris, world([], [], { whenAllDown: { service: 'spare' } }))).toEqual({
      kind: 'none',
    });
  });

  test('the trace says what each step read and made', () => {
    const trace: TracedStep[] = [];
    decide(policy(nearest, weighted), paris, world(all, ['us']), trace);
    expect(trace.map(({ kind, facts }) => [kind, facts])).toEqual([
      ['nearest', [1, 0, 3, 2, 0]],
      ['weighted', []],
    ]);
    expect(trace[1].tiers).toHaveLength(3);
  });
});
