import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { loadConfig } from '../../../src/config/load.ts';
import { folderWith } from './folder.ts';

const sources = ['sample.yaml', 'steering.yaml', 'mistakes.yaml'].map((name) =>
  readFileSync(new URL(name, import.meta.url), 'utf8'),
);

/** Loads bytes as a configuration, and holds the answer to what every caller relies on. */
async function load(file: string, bytes: string | Uint8Array): Promise<readonly string[]> {
  writeFileSync(file, bytes);
  const loaded = await loadConfig(file);
  const problems = loaded.ok ? loaded.warnings : loaded.problems;
  expect(loaded.ok || problems.length > 0).toBe(true);
  for (const { code, file: where, line, column, found, expected } of problems) {
    expect(code).toMatch(/^[a-z-]+$/);
    expect(where).toBeDefined();
    expect(line ?? 1).toBeGreaterThanOrEqual(1);
    expect(column ?? 1).toBeGreaterThanOrEqual(1);
    expect(found.length).toBeGreaterThan(0);
    expect(expected.length).toBeGreaterThan(0);
    expect(`${found}${expected}`).not.toMatch(/\n|undefined|\[object/);
  }
  return problems.map((problem) => problem.code);
}

/** What breaks parsers of YAML, and what JavaScript takes for something else. */
const FRAGMENTS = [
  '{',
  '}',
  '[',
  ']',
  ': ',
  '- ',
  '&a ',
  '*a',
  '<<: *a',
  '? ',
  '|\n',
  '>',
  '"',
  "'",
  '#',
  '\t',
  '\0',
  '\r',
  '~',
  '!!set ',
  '!x ',
  '---\n',
  '__proto__: ',
  'constructor: ',
  'toString',
  '.inf',
  '1e999',
  'null',
  '0x1F',
  '\ufeff',
  '\u2028',
  '\ud800',
  'all',
  'nearest',
  '🦆',
];

const edit = fc.record({
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  cut: fc.nat({ max: 40 }),
  put: fc.oneof(fc.constantFrom(...FRAGMENTS), fc.string({ maxLength: 8, unit: 'binary' })),
});

describe('whatever the bytes, the answer is problems and no exception', () => {
  it('for samples that are cut and patched', async () => {
    const file = join(folderWith({}), 'aya.yaml');
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...sources),
        fc.array(edit, { minLength: 1, maxLength: 6 }),
        async (source, edits) => {
          const text = edits.reduce((before, { at, cut, put }) => {
            const start = Math.floor(at * before.length);
            return before.slice(0, start) + put + before.slice(start + cut);
          }, source);
          await load(file, text);
        },
      ),
      { numRuns: 250 },
    );
  });

  it('for the shape of a configuration with anything in it', async () => {
    const file = join(folderWith({}), 'aya.yaml');
    const key = fc.constantFrom(
      'server',
      'geo',
      'networks',
      'regions',
      'probes',
      'policies',
      'services',
      'zones',
      'map',
      'ordered',
      'when',
      'steps',
      'while',
      'fence',
      'canary',
      'to',
      'from',
      'not',
      'tag',
      'service',
      'endpoints',
      'policy',
      'whenAllDown',
      'file',
      'records',
      'listen',
      'a',
      '__proto__',
      'constructor',
      'length',
      '',
      '0',
    );
    const { tree } = fc.letrec((tie) => ({
      tree: fc.oneof(
        { maxDepth: 6 },
        fc.constantFrom('a', 'all', '192.0.2.1', 'nearest', 5, null, true, ''),
        tie('map'),
        tie('list'),
      ),
      map: fc.dictionary(key, tie('tree'), { maxKeys: 6 }),
      list: fc.array(tie('tree'), { maxLength: 4 }),
    }));
    const top = fc.dictionary(key, tree, { minKeys: 1, maxKeys: 9 });
    await fc.assert(
      fc.asyncProperty(top, async (value) => {
        await load(file, JSON.stringify(value));
      }),
      { numRuns: 400 },
    );
  });

  it.each<[string, string | Uint8Array, string]>([
    ['octets of no meaning', Uint8Array.from({ length: 4096 }, (_, index) => (index * 151 + 7) % 256), 'not-readable'],
    ['a scalar of 10 MB', `server: ${'x'.repeat(10_000_000)}`, 'wrong-type'],
    ['a key of 10 MB', `? ${'x'.repeat(10_000_000)}\n: 1`, 'unknown-key'],
    ['10,000 open brackets', '['.repeat(10_000), 'yaml-syntax'],
    ['a list in a list, 3,000 deep', `regions: ${'['.repeat(3000)}${']'.repeat(3000)}`, 'yaml-syntax'],
    ['a deep mapping', Array.from({ length: 2000 }, (_, depth) => `${' '.repeat(depth)}a:`).join('\n'), 'yaml-syntax'],
    ['aliases that multiply', multiplying(), 'yaml-syntax'],
    ['a merge of itself', 'regions: &r\n  <<: *r\n', 'yaml-syntax'],
    ['only nothing', '~', 'wrong-type'],
    ['only a comment', '# nothing', 'wrong-type'],
    ['a number', '42', 'wrong-type'],
    ['numbers for keys', '1: 2', 'unknown-key'],
    ['20,000 regions', `regions: {${Array.from({ length: 20_000 }, (_, n) => `r${n}: {}`).join(',')}}`, 'missing-key'],
  ])('for %s', async (_name, bytes, code) => {
    expect(await load(join(folderWith({}), 'aya.yaml'), bytes)).toContain(code);
  });
});

/** Ten levels, each ten times the one before: 10^10 entries, if they were made. */
function multiplying(): string {
  const levels = Array.from(
    { length: 10 },
    (_, level) => `l${level + 1}: &l${level + 1} [${Array(10).fill(`*l${level}`).join(', ')}]`,
  );
  return ['l0: &l0 x', ...levels].join('\n');
}
