import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { loadConfig } from '../../../src/config/load.ts';
import { folderWith } from './folder.ts';

const TOKEN = '0123456789abcdef';

async function load(latency: string) {
  const folder = folderWith({
    'aya.yaml': `latency: ${latency}
regions: { eu: { location: [53.3, -6.3] } }
zones: { example.com: { file: zone } }
`,
    zone: '@ 60 SOA a b 1 2 3 4 5\n@ 60 NS a.example.net.\n',
  });
  return loadConfig(join(folder, 'aya.yaml'));
}

/** Column, code, what was found and what was expected. */
async function mistakesOf(latency: string): Promise<readonly string[]> {
  const loaded = await load(latency);
  if (loaded.ok) return [];
  return loaded.problems.map(({ column, code, found, expected }) => `${column} ${code} ${found} => ${expected}`);
}

describe('latency', () => {
  test('has defaults', async () => {
    const loaded = await load('{}');
    expect(loaded.ok && loaded.config.latency).toMatchObject({
      ...{ listen: undefined, proxies: [], halfLifeMs: 6 * 3_600_000, periodMs: 60_000, reportsPerMinute: 60 },
      ...{ hysteresisMs: 4, hysteresisPercent: 2, explorationPerMille: 10, sourceShareMax: 0.25 },
    });
  });

  test.each([
    ['4ms', { hysteresisMs: 4, hysteresisPercent: 0 }],
    ['3%', { hysteresisMs: 0, hysteresisPercent: 3 }],
    ['[3%, 5.5ms]', { hysteresisMs: 5.5, hysteresisPercent: 3 }],
  ])('hysteresis: %s', async (text, settings) => {
    const loaded = await load(`{ hysteresis: ${text} }`);
    expect(loaded.ok && loaded.config.latency).toMatchObject(settings);
  });

  const percentage = 'a percentage from 0 to 10, in steps of 0.1';
  const gain = 'a gain such as 4ms or 2%, or a list of both';
  test.each([
    ['7', ["10 wrong-type '7' => a mapping"]],
    ['{ hysteresis: [4ms, 5ms] }', [`24 bad-value [4ms, 5ms] => ${gain}`]],
    ['{ hysteresis: -4ms }', [`24 bad-value '-4ms' => ${gain}`]],
    ['{ exploration: 0.04 }', [`25 bad-value '0.04' => ${percentage}`]],
    ['{ exploration: .nan }', [`25 wrong-type '.nan' => ${percentage}`]],
    ['{ sourceShare: 0 }', ["25 bad-value '0' => a whole number from 1 to 100"]],
    ['{ sourceShare: 101 }', ["25 bad-value '101' => a whole number from 1 to 100"]],
    ['{ sourceShare: 0.5 }', ["25 wrong-type '0.5' => a whole number from 1 to 100"]],
    ['{ file: [] }', ['18 wrong-type [] => the path of a file']],
    ['{ file: "" }', ['18 bad-value "" => the path of a file']],
    ['{ file: aya.yaml }', ['18 bad-value aya.yaml => a file of its own: what is learned is written over it']],
    ['{ file: ./zone }', ['18 bad-value ./zone => a file of its own: what is learned is written over it']],
    [
      `{ agents: { a: ${TOKEN}, b: ${TOKEN} } }`,
      [`46 bad-value 16 characters that are not shown => a token of its own: a has the same`],
    ],
    [
      '{ objects: { eu: "http://user@eu.example.com/" } }',
      ['27 bad-value "http://user@eu.example.com/" => an address that begins with http:// or https://, without a user'],
    ],
  ])('%s is a mistake', async (latency, mistakes) => {
    expect(await mistakesOf(latency)).toEqual(mistakes);
  });

  test('tells all mistakes at once', async () => {
    const all = '{ listen: 7, halfLife: x, period: -1, exploration: 11, reportsPerMinute: 0.5, agents: 7, bogus: 1 }';
    expect(await mistakesOf(all)).toHaveLength(7);
  });
});
