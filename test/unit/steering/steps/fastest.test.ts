import { describe, expect, test } from 'vitest';
import type { Knowledge } from '../../../../src/steering/step.ts';
import { answer, answers, paris } from '../world.ts';

const times = (ms: Readonly<Record<string, number>>): Knowledge => ({ latencyMs: (_location, region) => ms[region] });

describe('fastest', () => {
  test.each<[string, Readonly<Record<string, number>>, string]>([
    ['least time first', { us: 90, eu: 130, ap: 250, sa: 200, eu2: 30 }, 'eu2 | us | eu | sa | ap'],
    ['times that differ by little are equal', { us: 90, eu: 34, ap: 250, sa: 200, eu2: 30 }, 'eu eu2 | us | sa | ap'],
    ['5 ms at least', { us: 35, eu: 36, ap: 250, sa: 200, eu2: 30 }, 'us eu2 | eu | sa | ap'],
    ['and 5 percent', { us: 400, eu: 100, ap: 304, sa: 290, eu2: 99 }, 'eu eu2 | ap sa | us'],
    // 774 km in fibre, and what is lost on the way: 20 ms.
    ['one that is not known goes by its distance', { us: 90, eu2: 30, ap: 250, sa: 200 }, 'eu | eu2 | us | sa | ap'],
    ['a client of whom nothing is known goes by distance alone', {}, 'eu eu2 | us | sa | ap'],
  ])('%s', (_name, ms, expected) => {
    expect(answer(['fastest'], { from: paris, knowledge: times(ms) }, { answers: 9 })).toBe(expected);
  });

  test('the band can be said', () => {
    const knowledge = times({ us: 90, eu: 45, ap: 250, sa: 200, eu2: 30 });
    const fastest = (within: unknown) => answer([{ fastest: { within } }], { from: paris, knowledge }, { answers: 9 });
    expect(fastest('0ms')).toBe('eu2 | eu | us | sa | ap');
    expect(fastest('15ms')).toBe('eu eu2 | us | sa | ap');
    expect(fastest('50%')).toBe('eu eu2 | us | ap sa');
    expect(fastest(['10ms', '50%'])).toBe('eu eu2 | us | ap sa');
  });

  test('a client of whom neither time nor place is known finds all equal', () => {
    expect(answer(['fastest'], { from: {} }, { answers: 9 })).toBe('us eu ap sa eu2');
  });

  test('of a service the fastest of its regions counts', () => {
    const knowledge = times({ us: 90, eu: 20, ap: 50 });
    const services = {
      test: { policy: ['fastest'], endpoints: { ap: 1, both: { service: 'both' } }, answers: 9 },
      both: { policy: [{ ordered: ['us'] }], endpoints: ['us', 'eu'] },
    };
    expect(answers(services, { from: paris, knowledge })).toBe('both/us | both/eu | ap');
  });
});
