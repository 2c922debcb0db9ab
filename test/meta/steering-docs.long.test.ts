import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import type { Config } from '../../src/config/config.ts';
import { loadConfig } from '../../src/config/load.ts';
import { buildGeoMap, type GeoMap } from '../../src/geo/geomap.ts';
import { loadCountries, loadDatabase } from '../../src/geo/load.ts';
import { steps } from '../../src/steering/steps/index.ts';
import { formatProblem } from '../../src/util/problem.ts';
import { SteeredWorld } from '../support/steered-world.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const PAGE = readFileSync(join(ROOT, 'docs/steering.md'), 'utf8');

/** Clients of `from everyone`, each in a network of its own. */
const CLIENTS = 4000;
/** In percent; six standard deviations of a half. */
const TOLERANCE = 4.8;

/** A configuration of the page, and what is asked of it. */
interface Example {
  readonly heading: string;
  readonly yaml: string;
  readonly questions: readonly string[];
}

const examples: readonly Example[] = PAGE.split(/^(?=##)/m).flatMap((section) => {
  const [, yaml] = /^```yaml\n(.*?)^```$/ms.exec(section) ?? [];
  const [, asked = ''] = /^```ask\n(.*?)^```$/ms.exec(section) ?? [];
  const heading = section.split('\n', 1)[0]?.replace(/^#+ /, '') ?? '';
  return yaml === undefined ? [] : [{ heading, yaml, questions: asked.trim().split('\n') }];
});

/** By example, what the loader warns of, and the example is about. */
const WARNINGS: Readonly<Record<string, readonly string[]>> = { fence: ['fewer-regions-for-aaaa'] };

const folder = mkdtempSync(join(tmpdir(), 'aya-steering-'));
afterAll(() => rmSync(folder, { recursive: true }));

async function load({ heading, yaml }: Example): Promise<Config> {
  const file = join(folder, `${heading}.yaml`);
  writeFileSync(file, yaml);
  const loaded = await loadConfig(file);
  if (!loaded.ok) throw new Error(loaded.problems.map(formatProblem).join('\n'));
  expect(loaded.warnings.map(({ code }) => code)).toEqual(WARNINGS[heading] ?? []);
  return loaded.config;
}

async function mapOf({ geo }: Config): Promise<GeoMap> {
  const databases = await Promise.all(geo.databases.map(async (file) => mustLoad(await loadDatabase(file))));
  const countries = mustLoad(await loadCountries(join(ROOT, 'geodb/countries.csv')));
  return buildGeoMap({ databases, networks: geo.networks, countries });
}

function mustLoad<T>(loaded: { readonly ok: true; readonly value: T } | { readonly ok: false }): T {
  if (!loaded.ok) throw new Error('it is there and whole');
  return loaded.value;
}

/** `www AAAA from 192.0.2.1, down one two, at TIME, then down one -> ANSWER /SCOPE`. */
function parsed(question: string) {
  const [asked = '', expected = ''] = question.split(' -> ');
  const [first = '', ...rest] = asked.split(', ');
  const [, name, type = 'A', from = ''] = /^(\S+)(?: (AAAA))? from (\S+)$/.exec(first) ?? [];
  if (name === undefined) throw new Error(`not a question: ${question}`);
  let circumstances: { down?: string[]; nowMs?: number } = {};
  const all = [circumstances];
  for (const clause of rest) {
    const [, then, word, words = ''] = /^(then )?(down|at) (.*)$/.exec(clause) ?? [];
    if (word === undefined) throw new Error(`not a clause: ${clause}`);
    if (then !== undefined) {
      circumstances = { ...circumstances };
      all.push(circumstances);
    }
    if (word === 'down') circumstances.down = words.split(' ');
    else circumstances.nowMs = Date.parse(words);
  }
  const [, answer = '', scope] = /^(.*?)(?: \/(\d+))?$/.exec(expected) ?? [];
  return { name: `${name}.example.com.`, type, from, all, answer, scope };
}

function expectAnswer(world: SteeredWorld, question: string): void {
  const { name, type, from, all, answer, scope } = parsed(question);
  for (const circumstances of all) world.become(circumstances);
  if (from === 'everyone') {
    expectShares(world, name, answer);
    return;
  }
  const got = world.ask(`${name} ${type}`, from);
  if (scope !== undefined) expect(got.scope, question).toBe(Number(scope));
  if (answer === 'SERVFAIL') expect(got.rcode, question).toBe('SERVFAIL');
  else if (answer === 'no data') expect([got.rcode, got.addresses], question).toEqual(['NOERROR', []]);
  else if (answer === 'the same each time') {
    expect(got.addresses).toHaveLength(1);
    for (let again = 0; again < 20; again++) expect(world.ask(`${name} ${type}`, from), question).toEqual(got);
  } else if (answer.startsWith('any order of ')) {
    expect([...got.addresses].sort(), question).toEqual(answer.slice('any order of '.length).split(' '));
  } else expect(got.addresses, question).toEqual(answer.split(' '));
}

function expectShares(world: SteeredWorld, name: string, shares: string): void {
  const expected = new Map(shares.split(', ').map((share) => share.split(' ') as [string, string]));
  const clients = Array.from({ length: CLIENTS }, (_, index) => Uint8Array.of(20, index >> 8, index & 255, 1));
  const drawn = world.drawEach(
    name,
    clients.map((bytes) => ({ family: 4, bytes })),
  );
  const counts = new Map<number, number>();
  for (const octet of drawn) counts.set(octet, (counts.get(octet) ?? 0) + 1);
  expect([...counts.keys()].map((octet) => `192.0.2.${octet}`).sort()).toEqual([...expected.keys()].sort());
  for (const [address, percent] of expected) {
    const share = (100 * (counts.get(Number(address.split('.')[3])) ?? 0)) / CLIENTS;
    expect(Math.abs(share - Number.parseFloat(percent)), `${address} has ${share}%`).toBeLessThan(TOLERANCE);
  }
}

describe('docs/steering.md', () => {
  test.each(examples)('$heading', async (example) => {
    const config = await load(example);
    const world = new SteeredWorld(config, await mapOf(config));
    expect(example.questions.length).toBeGreaterThan(1);
    for (const question of example.questions) expectAnswer(world, question);
  });

  test('has an example of every step, and of the five recipes', () => {
    const recipes = ['Active-passive', 'Nearest with fallback', 'Sovereignty', 'Canary', 'Sticky'];
    const headings = examples.map(({ heading }) => heading);
    expect(headings).toEqual(expect.arrayContaining([...Object.keys(steps), 'when', ...recipes]));
    for (const { heading, yaml } of examples) {
      if (Object.hasOwn(steps, heading)) expect(yaml).toMatch(new RegExp(`\\b${heading}\\b`));
    }
  });

  test('links to headings that are there', () => {
    const anchors = [...PAGE.matchAll(/\]\(#([^)]+)\)/g)].map(([, anchor]) => anchor);
    const headings = [...PAGE.matchAll(/^#+ (.*)$/gm)].map(([, text = '']) => text.toLowerCase().replaceAll(' ', '-'));
    expect(anchors.filter((anchor) => !headings.includes(anchor ?? ''))).toEqual([]);
  });
});
