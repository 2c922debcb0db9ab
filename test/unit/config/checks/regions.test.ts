import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadConfig } from '../../../../src/config/load.ts';
import { folderWith } from '../folder.ts';

async function load(region: string) {
  const text = `regions: { r: ${region} }
policies: { p: [weighted] }
services: { s: { policy: p, endpoints: { r: { a: 192.0.2.1 } } } }
zones: { e.com: { records: "@ 60 SOA a b 1 2 3 4 5\\n@ 60 NS a.example.net.\\nwww SERVICE s\\n" } }
`;
  const loaded = await loadConfig(join(folderWith({ 'aya.yaml': text }), 'aya.yaml'));
  return loaded.ok ? loaded : expect.fail(JSON.stringify(loaded.problems));
}

describe("a region's continent", () => {
  it.each([
    ['{ country: JP }', 'AS'],
    ['{ country: US }', 'NA'],
    ['{ continent: EU }', 'EU'],
    ['{ country: RU, continent: AS }', 'AS'],
    ['{}', undefined],
  ])('of %s is %s', async (region, continent) => {
    expect((await load(region)).config.regions.get('r')?.continent).toBe(continent);
  });

  it('is no file of the configuration', async () => {
    expect((await load('{ country: JP }')).config.files).toHaveLength(1);
  });

  it.each([
    ['{ country: JP, continent: EU }', ["misplaced-region 'EU' => AS, the continent of Japan"]],
    ['{ country: JP, continent: AS }', []],
    ['{ country: RU, continent: AS }', []], // which lies on both
    ['{ country: US, continent: OC }', []], // Hawaii
  ])('beside a country: %s', async (region, expected) => {
    const { warnings } = await load(region);
    expect(warnings.map(({ code, found, expected: right }) => `${code} ${found} => ${right}`)).toEqual(expected);
  });
});
