import { describe, expect, test } from 'vitest';
import { answer } from '../world.ts';

describe('ordered', () => {
  test.each<[string, readonly unknown[], readonly string[], string]>([
    ['the order of the list', ['eu', 'us', 'ap', 'sa', 'eu2'], [], 'eu | us | ap | sa | eu2'],
    ['regions it does not name come last, as equals', ['ap', 'us'], [], 'ap | us | eu sa eu2'],
    ['the first that is up leads', ['ap', 'us'], ['ap'], 'us | eu sa eu2'],
    ['groups of equals', [['ap', 'sa'], { tag: 'gdpr' }], [], 'ap sa | eu eu2 | us'],
    ['a tag, while one that has it is up', [{ tag: 'gdpr' }, 'us'], ['eu'], 'eu2 | us | ap sa'],
  ])('%s', (_name, ordered, down, expected) => {
    expect(answer([{ ordered }], { down }, { answers: 9 })).toBe(expected);
  });

  test('stops where an answer has all that it names', () => {
    expect(answer([{ ordered: ['ap', 'us', 'eu'] }], {}, { answers: 2 })).toBe('ap | us');
    expect(answer([{ ordered: ['ap', 'us', 'eu'] }])).toBe('ap');
  });
});
