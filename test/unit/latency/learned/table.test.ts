import { describe, expect, test } from 'vitest';
import { formatTable, parseTable } from '../../../../src/latency/learned/table.ts';
import { COUNTRIES, NOW_MS, newModel, REGIONS } from '../world.ts';

const WORLD = { regions: REGIONS, countries: COUNTRIES };

const HEADER = 'cty1,cty2,rtt_cnt,rtt_avg,rtt_std,rtt_min,rtt_max';

describe('tables', () => {
  test('between countries: both ways, for regions in either', () => {
    const { rows, otherLines, problems } = parseTable(
      `${HEADER}\nDE,US,7,95.5,1,90,99\nFR,JP,3,250,,250,250\nUnknown,DE,3,20,,,\n`,
      'x.csv',
      WORLD,
    );
    expect(problems).toEqual([]);
    expect(otherLines).toBe(2);
    expect(rows).toEqual([
      { place: 'DE', region: 'us', samples: 7, rttMs: 95.5 },
      { place: 'US', region: 'eu', samples: 7, rttMs: 95.5 },
    ]);
  });

  test.each([
    ['a negative time', 'DE,eu,1,-5'],
    ['an absurd time', 'DE,eu,1,99999999'],
    ['no time', 'DE,eu,1'],
    ['samples in words', 'DE,eu,many,5'],
    ['a place that is none', 'Germany,eu,1,5'],
    ['a country that is none', 'XX,eu,1,5'],
    ['a system in a country that is none', 'XX/AS3320,eu,1,5'],
    ['a system that is none', 'AS0,eu,1,5'],
    ['a number without AS', '3320,eu,1,5'],
    ['a decimal comma', 'FR,eu,1,5,25'],
  ])('%s is a problem with its line, and the rest is read', (_, line) => {
    const { rows, problems } = parseTable(`place,region,rtt_cnt,rtt_avg\n${line}\nDE,eu,1,5\n`, 'x.csv', WORLD);
    expect(problems).toMatchObject([{ code: 'bad-latency-row', file: 'x.csv', line: 2 }]);
    expect(rows).toHaveLength(1);
  });

  test('a second line for the same places is a problem that names the first', () => {
    const { rows, problems } = parseTable(
      'place,region,rtt_cnt,rtt_avg\nDE,eu,1,5\nFR,eu,1,5\nDE,eu,1,9\n',
      'x.csv',
      WORLD,
    );
    expect(problems).toMatchObject([{ line: 4, expected: 'one line for DE,eu: the first is line 2' }]);
    expect(rows).toHaveLength(2);
  });

  test('regions that are none of ours are named', () => {
    const table = 'place,region,rtt_cnt,rtt_avg\nDE,eu,1,5\nDE,mars,1,5\nFR,__proto__,1,5\n';
    const { rows, otherLines, otherRegions } = parseTable(table, 'x.csv', WORLD);
    expect([rows.length, otherLines, [...otherRegions]]).toEqual([1, 2, ['mars', '__proto__']]);
  });

  test('what a spreadsheet writes: a byte order mark, quotes, other ends of lines', () => {
    const table = '\uFEFF"place","region","rtt_cnt","rtt_avg"\r\n"DE","eu","7","5.5"\r\n';
    const { rows, problems } = parseTable(table, 'x.csv', WORLD);
    expect(problems).toEqual([]);
    expect(rows).toEqual([{ place: 'DE', region: 'eu', samples: 7, rttMs: 5.5 }]);
  });

  test('another header', () => {
    expect(parseTable('a,b\n', 'x.csv', WORLD).problems).toMatchObject([{ code: 'bad-latency-table', line: 1 }]);
  });

  test('what is exported can be imported', () => {
    const text =
      'place,region,rtt_cnt,rtt_avg\nDE,eu,16,5.000\nFR/AS3215,us,16,90.000\nAS3320,us,16,70.000\n203.0.113.0/24,eu,16,7.000\n2001:db8:0:100:0:0:0:0/56,us,9,80\n';
    const model = newModel();
    for (const row of parseTable(text, 'x.csv', WORLD).rows) expect(model.importRow(row, NOW_MS)).toBeUndefined();
    const exported = [...formatTable(model.measured)].join('');
    const again = parseTable(exported, 'y.csv', WORLD);
    expect(again.problems).toEqual([]);
    expect(again.rows.map(({ place }) => place)).toEqual([
      'DE',
      'FR/AS3215',
      'AS3320',
      '203.0.113.0/24',
      '2001:db8:0:100::/56',
    ]);
    expect(again.rows.map(({ rttMs }) => Math.round(rttMs))).toEqual([5, 90, 70, 7, 80]);
  });
});
