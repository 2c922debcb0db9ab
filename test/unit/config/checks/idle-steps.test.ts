import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadConfig } from '../../../../src/config/load.ts';
import { folderWith } from '../folder.ts';

const HEAD = `geo: { databases: geodb/country.mmdb }
regions: { eu: { location: [50, 8] }, us: { location: [39, -77] } }
zones: { example.com: { records: "@ 60 SOA a b 1 2 3 4 5\\n@ 60 NS a.example.net.\\nwww SERVICE web\\n" } }
`;
const BOTH = '{ eu: { a: 192.0.2.1 }, us: { a: 192.0.2.2 } }';

async function warnings(policy: string, endpoints = BOTH): Promise<string[]> {
  const text = `${HEAD}policies: { p: ${policy} }\nservices: { web: { policy: p, endpoints: ${endpoints} } }\n`;
  const loaded = await loadConfig(join(folderWith({ 'aya.yaml': text }), 'aya.yaml'));
  if (!loaded.ok) expect.fail(JSON.stringify(loaded.problems));
  return loaded.warnings.map(({ code, found }) => `${code}: ${found}`);
}

/** Where in the list of steps a warning points: what stands there, up to the end of the word. */
async function pointedAt(policy: string): Promise<string[]> {
  const text = `${HEAD}policies: { p: ${policy} }\nservices: { web: { policy: p, endpoints: ${BOTH} } }\n`;
  const loaded = await loadConfig(join(folderWith({ 'aya.yaml': text }), 'aya.yaml'));
  if (!loaded.ok) expect.fail(JSON.stringify(loaded.problems));
  const lines = text.split('\n');
  return loaded.warnings.map(({ line = 0, column = 0 }) => /^\w*/.exec(lines[line - 1]!.slice(column - 1))![0]);
}

describe('steps without effect', () => {
  it.each([
    ['[weighted, nearest]', 'step 2 (nearest) without effect'],
    ['[sticky, { limit: { healthy: 2 } }]', 'step 2 (limit) without effect'],
    ['[rotate, weighted]', 'step 2 (weighted) without effect'],
    ['[{ ordered: [eu, us] }, weighted]', 'step 2 (weighted) without effect'],
    ['[{ ordered: [eu] }, { canary: { percent: 5, to: us } }]', 'step 2 (canary) without effect'],
    ['[{ when: { from: { country: DE }, steps: [weighted, nearest] } }]', 'step 2 (nearest) without effect'],
    ['[weighted, { when: { from: { country: DE }, steps: [nearest] } }]', 'step 2 (nearest) without effect'],
  ])('%s', async (policy, expected) => {
    expect(await warnings(policy)).toEqual([`idle-step: ${expected}`]);
  });

  it.each([
    '[nearest, weighted]',
    '[weighted, { limit: { answers: 2 } }]',
    '[weighted, { fence: { to: eu } }]',
    '[rotate, { weighted: { zero: never } }]',
    '[{ ordered: [[eu, us]] }, weighted]',
    '[{ canary: { percent: 5, to: us } }, { ordered: [eu, us] }]',
    '[{ when: { from: { country: DE }, steps: [weighted] } }, nearest]',
    '[{ when: { from: { country: DE }, steps: [weighted], else: [nearest] } }]',
    '[{ ordered: [eu, us] }, { fence: { to: eu } }]',
  ])('%s has none', async (policy) => {
    expect(await warnings(policy)).toEqual([]);
  });

  it.each([
    ['[weighted, nearest]', 'nearest'],
    ['[weighted, { nearest: { bias: { us: 10 } } }]', 'nearest'],
    ['[{ when: { from: { country: DE }, steps: [weighted, rotate] } }]', 'rotate'],
  ])('%s: pointed at where it is written', async (policy, word) => {
    expect(await pointedAt(policy)).toEqual([word]);
  });

  it('an order leaves some equal where a region has two endpoints', async () => {
    const endpoints = '{ eu: { a: 192.0.2.1 }, eu2: { region: eu, a: 192.0.2.3 }, us: { a: 192.0.2.2 } }';
    expect(await warnings('[{ ordered: [eu, us] }, weighted]', endpoints)).toEqual([]);
  });
});

describe('maps that leave clients out', () => {
  const CONTINENTS = '[AF, AS, EU, NA, OC, SA]';

  it.each([
    ['[{ map: [{ from: { continent: EU }, to: [eu] }] }]', 1],
    [`[{ map: [{ from: { continent: ${CONTINENTS}, country: DE }, to: [eu] }] }]`, 1],
    [`[{ map: [{ from: { continent: ${CONTINENTS} }, to: [eu] }] }]`, 0],
    ['[{ map: [{ from: { continent: EU }, to: [eu] }, { to: [us] }] }]', 0],
    ['[{ map: [{ from: { not: { continent: EU } }, to: [us] }] }]', 0],
    ['[{ map: [{ from: { continent: EU }, to: [eu] }] }, nearest]', 0],
    ['[{ map: { rows: [{ from: { continent: EU }, to: [eu] }], then: nearest } }]', 0],
  ])('%s', async (policy, count) => {
    expect(await warnings(policy)).toHaveLength(count);
  });

  it('leave nobody out of a service with one endpoint', async () => {
    const unused = 'unused-region: ';
    const found = await warnings('[{ map: [{ from: { continent: EU }, to: [eu] }] }]', '{ eu: { a: 192.0.2.1 } }');
    expect(found.filter((line) => !line.startsWith(unused))).toEqual([]);
  });
});

describe('AAAA in fewer regions than A', () => {
  const AAAA = (index: number) => `aaaa: "2001:db8::${index}"`;

  it.each([
    [`{ eu: { a: 192.0.2.1, ${AAAA(1)} }, us: { a: 192.0.2.2 } }`, ['fewer-regions-for-aaaa: AAAA in 1 of 2 regions']],
    [`{ eu: { a: 192.0.2.1, ${AAAA(1)} }, us: { a: 192.0.2.2, ${AAAA(2)} } }`, []],
    [`{ eu: { a: 192.0.2.1 }, us: { ${AAAA(2)} } }`, []],
    [BOTH, []],
    [`{ eu: { a: 192.0.2.1, ${AAAA(1)} }, us: { a: 192.0.2.2 }, us6: { region: us, ${AAAA(2)} } }`, []],
  ])('%s', async (endpoints, expected) => {
    expect(await warnings('[nearest]', endpoints)).toEqual(expected);
  });
});
