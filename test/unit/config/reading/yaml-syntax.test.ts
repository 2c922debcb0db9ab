import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { loadConfig } from '../../../../src/config/load.ts';
import { folderWith } from '../folder.ts';

/** `line:column found => expected` of each mistake. */
async function mistakes(text: string): Promise<readonly string[]> {
  const loaded = await loadConfig(join(folderWith({ 'aya.yaml': text }), 'aya.yaml'));
  const problems = loaded.ok ? [] : loaded.problems;
  return problems.map(({ line, column, found, expected }) => `${line}:${column} ${found} => ${expected}`);
}

describe('what is not YAML is told in the words of an operator', () => {
  test.each([
    ['a second document', 'regions: {}\n---\nzones: {}\n', /^2:1 '---.* => a single document: no line ---/],
    [
      'lists that are nested too deeply',
      `regions: ${'['.repeat(5000)}${']'.repeat(5000)}`,
      /=> mappings and lists that are not nested/,
    ],
    ['indentation that is off', 'regions:\n  eu: {}\n   us: {}\n', /^3:1 'us: \{\}' => YAML: All mapping items/],
    ['a no-break space', 'regions:\u00a0{ eu: {} }\n', /\(this line has a no-break space, U\+00A0\)$/],
    ['a merge of a list', 'regions: { eu: { <<: [1] } }\n', /^1:18 '<<' => <<: with a mapping, or an alias of one$/],
    ['a merge of a text', 'regions:\n  eu:\n    <<: *nobody\n', /^3:9 '\*nobody' => an alias of an anchor above it$/],
  ])('%s', async (_, text, said) => {
    expect(await mistakes(text)).toEqual([expect.stringMatching(said)]);
  });

  test('and each once', async () => {
    const said = await mistakes('regions: { eu: {\nservices: web\n');
    expect(said.filter((line, index) => said.indexOf(line) !== index)).toEqual([]);
  });
});

describe('the path of the socket', () => {
  test.each([
    ['/run/aya/admin.sock', false],
    [`/${'s'.repeat(106)}`, false],
    [`/${'s'.repeat(107)}`, true],
    [`/${'ß'.repeat(54)}`, true],
    ['s'.repeat(107), true],
  ])('%s: too long %s', async (path, isTooLong) => {
    const told = (await mistakes(`admin: { socket: ${path} }\n`)).filter((line) => line.includes('octets'));
    expect(told).toHaveLength(isTooLong ? 1 : 0);
  });
});
