import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadConfig } from '../../../../src/config/load.ts';
import { folderWith } from '../folder.ts';

async function places(text: string, code: string): Promise<string[]> {
  const loaded = await loadConfig(join(folderWith({ 'aya.yaml': text }), 'aya.yaml'));
  const problems = loaded.ok ? [] : loaded.problems;
  return problems
    .filter((problem) => problem.code === code)
    .map(({ line, column, found }) => `${line}:${column} ${found}`);
}

const ZONE = ['$TTL 60', '@ SOA a b 1 2 3 4 5', '@ NS ns.example.net.', 'www A 1.2.3'];

describe('places in records within the configuration', () => {
  it.each([
    ['a literal block', `zones:\n  example.com:\n    records: |\n      ${ZONE.join('\n      ')}\n`, '7:13'],
    [
      'a block without final newline',
      `zones:\n  example.com:\n    records: |-\n      ${ZONE.join('\n      ')}\n`,
      '7:13',
    ],
    [
      'a block that begins with empty lines',
      `zones:\n  example.com:\n    records: |\n\n\n      ${ZONE.join('\n      ')}\n`,
      '9:13',
    ],
    [
      'a block with its indentation written',
      `zones:\n  example.com:\n    records: |4\n        ${ZONE.join('\n        ')}\n`,
      '7:15',
    ],
    [
      'a block with a tag on the line above',
      `zones:\n  example.com:\n    records: !!str\n      |\n      ${ZONE.join('\n      ')}\n`,
      '8:13',
    ],
    [
      'lines that end in CRLF',
      `zones:\r\n  example.com:\r\n    records: |\r\n      ${ZONE.join('\r\n      ')}\r\n`,
      '7:13',
    ],
    ['a quoted text, which is one place', `zones: { example.com: { records: "${ZONE.join('\\n')}" } }`, '1:34'],
  ])('%s', async (_name, text, place) => {
    expect(await places(text, 'bad-rdata')).toEqual([`${place} '1.2.3'`]);
  });
});

describe('places behind aliases and merge keys', () => {
  const base = 'services:\n  a: &base\n    policy: nowhere\n    ttl: soon\n';

  it('are those of the anchor', async () => {
    expect(await places(`${base}  b: *base\n`, 'undefined-policy')).toEqual(["3:13 'nowhere'", "3:13 'nowhere'"]);
  });

  it('are those of what is merged in, unless overridden', async () => {
    const text = `${base}  b:\n    <<: *base\n    ttl: later\n`;
    expect(await places(text, 'bad-duration')).toEqual(["4:10 'soon'", "7:10 'later'"]);
    expect(await places(text, 'undefined-policy')).toHaveLength(2);
  });

  it('may be merged from several', async () => {
    const text = `${base}  b: &more\n    probe: nobody\n  c:\n    <<: [*more, *base]\n`;
    expect(await places(text, 'undefined-probe')).toEqual(["6:12 'nobody'", "6:12 'nobody'"]);
  });
});

describe('what is not YAML', () => {
  it('is told at every place', async () => {
    expect(await places('a: *nothing\nb: *none\nregions: {}\n', 'yaml-syntax')).toEqual([
      "1:4 '*nothing'",
      "2:4 '*none'",
    ]);
  });

  it.each([
    ['an unclosed list', 'regions: [a,\nzones: {}', 2],
    ['a tab as indentation', 'regions:\n\ta: {}', 2],
    ['a tag of nobody', 'regions:\n  a: !secret {}', 2],
    ['a second document', 'regions: {}\n---\nzones: {}', 2],
    ['a mapping as a key', '? {a: b}\n: c', 1],
    ['a mapping in itself', 'regions: &r\n  a: *r', 1],
  ])('%s', async (_name, text, line) => {
    const loaded = await loadConfig(join(folderWith({ 'aya.yaml': text }), 'aya.yaml'));
    expect(loaded.ok).toBe(false);
    expect(loaded.ok ? [] : loaded.problems).toContainEqual(expect.objectContaining({ line }));
  });

  it('is alone in being told: anything else would be a guess', async () => {
    const loaded = await loadConfig(join(folderWith({ 'aya.yaml': 'regions: [\nserver: { treads: 4 }' }), 'aya.yaml'));
    expect(new Set(loaded.ok ? [] : loaded.problems.map(({ code }) => code))).toEqual(new Set(['yaml-syntax']));
  });
});

describe('a key twice', () => {
  it('is told where it is the second time', async () => {
    expect(await places('regions:\n  eu: {}\n  us: {}\n  eu: {}\n  eu: {}\n', 'duplicate-key')).toEqual([
      "4:3 'eu'",
      "5:3 'eu'",
    ]);
  });

  it('hides nothing when it is a section', async () => {
    const text = 'regions: { eu: {} }\npolicies: { p: [{ ordered: [eu, us, mars] }] }\nregions: { us: {} }\n';
    expect(await places(text, 'duplicate-key')).toEqual(["3:1 'regions'"]);
    expect(await places(text, 'undefined-region')).toEqual(["2:37 'mars'"]);
  });
});

it('takes keys as they are written, though YAML could take them for numbers or nothing', async () => {
  const text =
    'regions: { 1.0: {}, 0x10: {}, null: {}, true: {} }\npolicies: { p: [{ ordered: ["1.0", "0x10", "null", "true", "1"] }] }';
  expect(await places(text, 'undefined-region')).toEqual(['2:60 "1"']);
});
