import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { loadConfig } from '../../../src/config/load.ts';
import type { Problem } from '../../../src/util/problem.ts';
import { folderWith } from './folder.ts';

interface Row {
  readonly code: string;
  readonly example: string;
}

const sections = readFileSync('docs/config-errors.md', 'utf8').split(/^## /m);

/** The rows of a section's table; an example is its code spans, a line each. */
function rowsOf(title: string): readonly Row[] {
  const section = sections.find((text) => text.startsWith(title)) ?? '';
  return [...section.matchAll(/^\| `([a-z-]+)` \|[^|]*\|(.*)$/gm)].map(([, code = '', example = '']) => ({
    code,
    example: [...example.matchAll(/`([^`]+)`/g)].map(([, span]) => `${span}\n`).join(''),
  }));
}

async function load(text: string): Promise<readonly Problem[]> {
  const loaded = await loadConfig(join(folderWith({ 'config.yaml': text }), 'config.yaml'));
  return loaded.ok ? loaded.warnings : loaded.problems;
}

const codes = (problems: readonly Problem[]): string[] => problems.map(({ code }) => code);

/** What no short text can show has no example here, and tests of its own. */
const examplesOf = (title: string): readonly Row[] => rowsOf(title).filter(({ example }) => example !== '');

describe('each example in docs/config-errors.md is what it says', () => {
  it.each(examplesOf('The configuration file'))('$code', async ({ code, example }) => {
    expect(codes(await load(example))).toContain(code);
  });

  const clean = {
    regions: { eu: {} },
    policies: { split: ['weighted'] },
    services: { web: { policy: 'split', endpoints: { eu: { a: '192.0.2.1' } } } },
    zones: { 'example.com': { records: '@ 60 SOA a b 1 2 3 4 5\n@ 60 NS ns.example.net.\nwww SERVICE web\n' } },
  };

  it('the warnings start from none', async () => {
    expect(await load(stringify(clean))).toEqual([]);
  });

  it.each(examplesOf('Warnings'))('$code', async ({ code, example }) => {
    expect(codes(await load(stringify(merged(clean, parse(example)))))).toEqual([code]);
  });

  const header = '$TTL 60\n@ SOA ns1 hostmaster 1 2h 30m 2w 1m\n@ NS ns1.example.net.\n';
  const inZone = (records: string): string => stringify({ zones: { 'example.com': { records } } });

  it.each(examplesOf('Zone files'))('$code', async ({ code, example }) => {
    const problems = [...(await load(inZone(header + example))), ...(await load(inZone(example)))];
    expect(codes(problems)).toContain(code);
  });
});

describe('docs/config-errors.md is complete', () => {
  const documented = ['The configuration file', 'Warnings', 'Zone files', 'Geo databases', 'While it runs']
    .flatMap(rowsOf)
    .map(({ code }) => code);
  const source = globSync('src/{config,zone,geo,health}/**/*.ts')
    .map((file) => readFileSync(file, 'utf8'))
    .join('\n');
  // In these folders a text in kebab case is a problem's code, or begins one that ends in a record type.
  const written = new Set([...source.matchAll(/['`]([a-z]+(?:-[a-z]+)+)'/g)].map(([, code]) => code));
  const begun = [...source.matchAll(/`([a-z]+-)\$\{/g)].map(([, start = '']) => start);

  it('names every code in the source', () => {
    expect([...written].filter((code) => !documented.includes(code ?? ''))).toEqual([]);
  });

  it('names none but those', () => {
    expect(documented.filter((code) => !written.has(code) && !begun.some((start) => code.startsWith(start)))).toEqual(
      [],
    );
  });
});

type Tree = { readonly [key: string]: unknown };

function merged(base: Tree, change: Tree): Tree {
  const isTree = (value: unknown): value is Tree =>
    typeof value === 'object' && value !== null && !Array.isArray(value);
  const inner = Object.entries(change).map(([key, value]) => {
    const before = base[key];
    return [key, isTree(before) && isTree(value) ? merged(before, value) : value];
  });
  return { ...base, ...Object.fromEntries(inner) };
}
