import { join } from 'node:path';
import { expect, test } from 'vitest';
import { stringify } from 'yaml';
import { loadConfig } from '../../../../src/config/load.ts';
import { folderWith } from '../folder.ts';

const HEAD = '$TTL 60\n@ SOA ns.example.net. hm 1 2 3 4 5\n@ NS ns.example.net.\n';

/** Zones, each with what it has beside SOA and NS: the lines of those that lack a delegation, and what is expected. */
async function undelegatedIn(zones: Readonly<Record<string, string>>): Promise<readonly string[]> {
  const text = stringify({
    zones: Object.fromEntries(Object.entries(zones).map(([name, records]) => [name, { records: HEAD + records }])),
  });
  const loaded = await loadConfig(join(folderWith({ 'config.yaml': text }), 'config.yaml'));
  if (!loaded.ok) return loaded.problems.map(({ code }) => code);
  const warnings = loaded.warnings.filter(({ code }) => code === 'missing-delegation');
  const lines = text.split('\n');
  return warnings.map(({ line = 0, expected }) => `${lines[line - 1]?.trim()} ${expected}`);
}

const NS = 'NS ns.example.net.';

test.each<[string, Record<string, string>, string[]]>([
  [
    'a zone below one that does not delegate it',
    { 'example.com': '', 'Sub.example.com.': '' },
    ['Sub.example.com.: NS records at sub.example.com. in example.com., which is served, too'],
  ],
  ['a zone that is delegated', { 'example.com': `sub ${NS}`, 'sub.example.com': '' }, []],
  ['a zone whose delegation is above it', { 'example.com': `a ${NS}`, 'sub.a.example.com': '' }, []],
  [
    'the apex’s own NS, which delegate nothing',
    { com: '', 'org.com': `x ${NS}` },
    ['org.com: NS records at org.com. in com., which is served, too'],
  ],
  [
    'the closest zone is the one to delegate',
    { com: `example ${NS}\na.example ${NS}`, 'example.com': '', 'a.example.com': '' },
    ['a.example.com: NS records at a.example.com. in example.com., which is served, too'],
  ],
  ['zones beside each other', { 'example.com': '', 'example.org': '', 'badexample.com': '' }, []],
])('%s', async (_, zones, expected) => {
  expect(await undelegatedIn(zones)).toEqual(expected);
});
