import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';

const SRC = fileURLToPath(new URL('../../src', import.meta.url));

/** What each folder may import, besides itself, util and packages. Types only where it says `type`. */
const LAYERS: Readonly<Record<string, { readonly code: readonly string[]; readonly types?: readonly string[] }>> = {
  util: { code: [] },
  dns: { code: [] },
  net: { code: [] },
  health: { code: [] },
  latency: { code: [] },
  snapshot: { code: ['net'] },
  zone: { code: ['dns'] },
  geo: { code: ['net'] },
  steering: { code: ['net'], types: ['geo', 'health', 'latency'] },
  config: { code: ['dns', 'net', 'zone', 'geo', 'steering', 'health'] },
  compile: { code: ['dns', 'net', 'zone', 'geo', 'steering', 'health', 'latency', 'config', 'snapshot'] },
  inspect: { code: ['dns', 'net', 'zone', 'geo', 'steering', 'health', 'latency', 'config', 'snapshot', 'compile'] },
  dataplane: { code: ['dns', 'net', 'snapshot'] },
  control: {
    code: ['dns', 'net', 'health', 'latency', 'snapshot', 'zone', 'geo', 'steering', 'config', 'compile', 'inspect'],
  },
  admin: { code: ['dns', 'net', 'health', 'snapshot', 'geo', 'steering', 'config', 'compile', 'inspect', 'control'] },
  cli: {
    code: [
      ...['dns', 'net', 'health', 'latency', 'snapshot', 'zone', 'geo', 'steering', 'config', 'compile'],
      ...['inspect', 'control', 'admin'],
    ],
  },
};

/** Folders within a folder, of which each may import those before it. */
const INNER_LAYERS: Readonly<Record<string, readonly string[]>> = {
  latency: ['reports', 'learned', 'estimating', 'serving'],
};

/** Packages that only one folder may know. */
const PACKAGE_HOMES: Readonly<Record<string, readonly string[]>> = {
  maxmind: ['geo'],
  'prom-client': ['admin'],
  undici: ['control'],
  yaml: ['config'],
  pino: ['control'],
};

interface Import {
  readonly from: string;
  readonly folder: string;
  readonly target: string;
  readonly isType: boolean;
}

const sourceFiles = readdirSync(SRC, { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('.ts'));
const imports = sourceFiles.flatMap(importsOf);

function importsOf(path: string): Import[] {
  const text = readFileSync(join(SRC, path), 'utf8');
  const folder = path.includes('/') ? path.slice(0, path.indexOf('/')) : '';
  const statements = text.matchAll(
    /(?:^|\n)\s*(?:import|export)\s+(type\s)?[^;'"]*?from\s+'([^']+)'|import\('([^']+)'\)/g,
  );
  return [...statements].map(([, type, from, dynamic]) => {
    const specifier = from ?? dynamic ?? '';
    const target = specifier.startsWith('.') ? relative(SRC, resolve(dirname(join(SRC, path)), specifier)) : specifier;
    return { from: path, folder, target, isType: type !== undefined };
  });
}

/** The files of one circle of imports, in their order; none where there is no circle. */
function circle(all: readonly Import[]): readonly string[] {
  const targetsOf = new Map<string, string[]>();
  for (const { from, target } of all) targetsOf.set(from, [...(targetsOf.get(from) ?? []), target]);
  const done = new Set<string>();
  const visit = (file: string, path: readonly string[]): readonly string[] => {
    if (path.includes(file)) return [...path.slice(path.indexOf(file)), file];
    if (done.has(file)) return [];
    for (const target of targetsOf.get(file) ?? []) {
      const found = visit(target, [...path, file]);
      if (found.length > 0) return found;
    }
    done.add(file);
    return [];
  };
  for (const file of targetsOf.keys()) {
    const found = visit(file, []);
    if (found.length > 0) return found;
  }
  return [];
}

describe('layers', () => {
  test('every folder of src is in the table', () => {
    const folders = new Set(sourceFiles.map((path) => path.split('/')[0]).filter((name) => !name.endsWith('.ts')));
    expect([...folders].filter((folder) => !(folder in LAYERS))).toEqual([]);
    expect(imports.length).toBeGreaterThan(100); // the pattern still finds imports
  });

  test('nothing imports upwards', () => {
    const wrong = imports.filter(({ folder, target, isType }) => {
      const layer = LAYERS[folder];
      const to = target.split('/')[0];
      if (layer === undefined || !(to in LAYERS) || !target.includes('/')) return false;
      if (to === folder || to === 'util' || layer.code.includes(to)) return false;
      return !(isType && layer.types?.includes(to));
    });
    expect(wrong.map(({ from, target }) => `${from} imports ${target}`)).toEqual([]);
  });

  test.each(Object.entries(INNER_LAYERS))('nothing imports upwards within %s', (outer, inner) => {
    const levelOf = (path: string): number => inner.indexOf(path.split('/')[1]!);
    const within = imports.filter(({ folder, target }) => folder === outer && target.startsWith(`${outer}/`));
    const wrong = within.filter(({ from, target }) => levelOf(from) >= 0 && levelOf(target) > levelOf(from));
    expect(wrong.map(({ from, target }) => `${from} imports ${target}`)).toEqual([]);
    const folders = new Set(
      within.map(({ from }) => from.split('/')).flatMap(([, name, file]) => (file ? [name] : [])),
    );
    expect(new Set(inner)).toEqual(folders);
  });

  test('no file comes back to itself by what it imports, types included', () => {
    expect(circle(imports)).toEqual([]);
    const back = { from: 'util/assert.ts', folder: 'util', target: 'cli/main.ts', isType: false };
    expect(circle([...imports, back])).not.toEqual([]); // it would be found
  });

  test('packages stay in their folders', () => {
    const wrong = imports.filter(({ folder, target }) => PACKAGE_HOMES[target]?.includes(folder) === false);
    expect(wrong.map(({ from, target }) => `${from} imports ${target}`)).toEqual([]);
  });

  test('no file is near 400 lines', () => {
    const long = sourceFiles
      .map((path) => ({ path, lines: readFileSync(join(SRC, path), 'utf8').split('\n').length }))
      .filter(({ lines }) => lines > 350);
    expect(long).toEqual([]);
  });

  test('the planes meet only in snapshot: no data-plane code is imported by the control side', () => {
    const across = imports.filter(({ folder, target }) => folder !== 'dataplane' && target.startsWith('dataplane/'));
    expect(across).toEqual([]);
  });
});
