import { describe, expect, test } from 'vitest';
import { type Asked, answer, bogota, osaka, paris } from '../world.ts';

describe('nearest', () => {
  test.each<[string, Asked, string]>([
    ['Paris', { from: paris }, 'eu eu2 | us | sa | ap'],
    ['Osaka', { from: osaka }, 'ap | eu eu2 | us | sa'],
    ['Bogota: Washington is nearer than Sao Paulo', { from: bogota }, 'us | sa | eu eu2 | ap'],
    ['a region that is down is not there', { from: paris, down: ['eu'] }, 'eu2 | us | sa | ap'],
    ['a client whose place nobody knows finds all equal', {}, 'us eu ap sa eu2'],
  ])('%s', (_name, asked, expected) => {
    expect(answer(['nearest', { limit: { answers: 9 } }], asked)).toBe(expected);
  });

  test('a region without a location comes last', () => {
    const endpoints = ['lost', 'ap'];
    expect(answer(['nearest'], { from: paris }, { endpoints, answers: 2 })).toBe('ap | lost');
  });

  // From Paris: 774 km to eu, 6,157 km to us, 9,396 km to sa, 9,709 km to ap.
  test.each<[string, object, string]>([
    ['a bias lets a region serve wider', { bias: { ap: 93 } }, 'ap | eu eu2 | us | sa'],
    ['a little less is too little', { bias: { ap: 91 } }, 'eu eu2 | ap | us | sa'],
    ['a negative one lets it serve narrower', { bias: { eu: -99, us: 80 } }, 'eu2 | us | eu | sa | ap'],
    ['regions within a distance of the nearest are equal', { within: '5450km' }, 'us eu eu2 | ap sa'],
    ['and no further ones', { within: '5350km' }, 'eu eu2 | us ap sa'],
    ['each band begins behind the last', { within: '3100km' }, 'eu eu2 | us | ap sa'],
    ['a percentage is of the nearest', { within: '60%' }, 'eu eu2 | us ap sa'],
    ['of both the wider one holds', { within: ['60%', '5450km'] }, 'us eu eu2 | ap sa'],
    ['and the bias comes before the band', { bias: { us: 85 }, within: '200km' }, 'us eu eu2 | sa | ap'],
  ])('%s', (_name, nearest, expected) => {
    const text = answer([{ nearest }], { from: paris }, { answers: 9 });
    expect(text).toBe(expected);
  });

  test('the band is of the nearest that is up', () => {
    const policy = [{ nearest: { within: '3300km' } }];
    expect(answer(policy, { from: paris }, { answers: 9 })).toBe('eu eu2 | us sa | ap');
    expect(answer(policy, { from: paris, down: ['eu', 'eu2', 'us'] }, { answers: 9 })).toBe('ap sa');
  });
});
