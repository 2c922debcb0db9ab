import { describe, expect, test } from 'vitest';
import type { Location } from '../../../../src/geo/location.ts';
import { answer, bogota, osaka, paris } from '../world.ts';

const rows = [
  { to: ['us', 'eu'] },
  { from: { continent: ['EU', 'AS'] }, to: ['eu2'] },
  { from: { country: ['FR', 'JP'] }, to: ['eu', 'sa'] },
  { from: { asn: 64500 }, to: ['sa'] },
  { from: { subdivision: 'FR-IDF' }, to: ['us'] },
  { from: { city: 'paris' }, to: ['ap'] },
  { from: { network: 'office' }, to: ['eu2'] },
  { from: { network: 'floor' }, to: ['ap'] },
];

/** What comes behind the rows: an object with this key would pass for a promise. */
const behind = (rest: string): object => Object.fromEntries([['then', rest]]);

function mapped(map: unknown, from: Partial<Location> = {}, down: readonly string[] = []): string {
  return answer([{ map }], { from, down }, { answers: 9 });
}

describe('map', () => {
  test.each<[string, Partial<Location>, string]>([
    ['everyone', {}, 'us | eu | ap sa eu2'],
    ['continent, then everyone', { continent: 'AS', country: 'CN' }, 'eu2 | us | eu | ap sa'],
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
  ])('%s', (_name, from, expected) => {
    expect(mapped(rows, from)).toBe(expected);
  });

  test('all keys of a row must match', () => {
    const both = [
      { from: { country: 'FR', asn: 64500 }, to: ['ap'] },
      { from: { country: 'FR' }, to: ['eu'] },
    ];
    const first = (from: Partial<Location>) => mapped(both, from).split(' | ')[0];
    expect(first(paris)).toBe('eu');
    expect(first({ ...paris, asn: 64500 })).toBe('ap');
    expect(first({ ...osaka, asn: 64500 })).toBe('us eu ap sa eu2');
  });

  test('a row can take clients out again', () => {
    const list = [{ from: { continent: 'EU', not: { country: ['FR', 'DE'] } }, to: ['eu'] }, { to: ['us'] }];
    expect(mapped(list, { continent: 'EU', country: 'IE' })).toMatch(/^eu/);
    expect(mapped(list, paris)).toMatch(/^us/);
    expect(mapped([{ from: { not: { continent: 'EU' } }, to: ['us'] }], {})).toMatch(/^us/);
  });

  test('while the regions of a row are down, those of the next less specific row', () => {
    expect(mapped([{ from: { country: 'FR' }, to: ['eu'] }, { to: ['sa', 'us'] }], paris, ['eu'])).toBe(
      'sa | us | ap eu2',
    );
  });

  test('of rows that are equally specific the first written comes first', () => {
    const twice = [
      { from: { country: 'FR' }, to: ['ap'] },
      { from: { country: 'FR' }, to: ['eu'] },
    ];
    expect(mapped(twice, paris)).toBe('ap | eu | us sa eu2');
  });

  test.each<[string, readonly unknown[], string]>([
    ['a group is of equals', [['us', 'sa'], 'ap'], 'us sa | ap | eu eu2'],
    ['a tag', [{ tag: 'gdpr' }], 'eu eu2 | us ap sa'],
    ['several tags: one of them', [{ tag: ['gdpr', 'big'] }], 'us eu eu2 | ap sa'],
    ['all keys of a selector', [{ tag: 'big', continent: 'EU' }], 'eu | us ap sa eu2'],
    ['but', [{ tag: 'big', not: { country: 'US' } }], 'eu | us ap sa eu2'],
    ['a country', [{ country: 'BR' }, 'ap'], 'sa | ap | us eu eu2'],
    ['an endpoint', [{ endpoint: 'eu2' }], 'eu2 | us eu ap sa'],
    ['the first that means a region counts', ['eu', { tag: 'gdpr' }], 'eu | eu2 | us ap sa'],
  ])('%s', (_name, to, expected) => {
    expect(mapped([{ to }])).toBe(expected);
  });

  test('what no row names comes nearest first, if that is said', () => {
    const list = [{ from: { country: 'CO' }, to: ['ap'] }];
    expect(mapped({ rows: list, ...behind('nearest') }, bogota)).toBe('ap | us | sa | eu eu2');
    expect(mapped({ rows: list, ...behind('equal') }, bogota)).toBe('ap | us eu sa eu2');
    expect(mapped({ rows: list }, bogota)).toBe('ap | us eu sa eu2');
    expect(mapped({ rows: list, ...behind('nearest') }, { country: 'CO' })).toBe('ap | us eu sa eu2');
  });

  test('a longer network of a name that no row has does not hide the shorter one', () => {
    expect(mapped(rows, { networks: ['desk', 'office'] })).toMatch(/^eu2 \|/);
  });
});
