import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { runLatency } from '../../src/cli/latency.ts';
import { loadConfig } from '../../src/config/load.ts';
import { HTTP_REFUSALS } from '../../src/control/latency/messages.ts';
import { REFUSALS } from '../../src/latency/reports/report.ts';
import { zone } from '../blackbox/zone.ts';

const DOC = readFileSync(new URL('../../docs/latency.md', import.meta.url), 'utf8');

const folder = mkdtempSync(join(tmpdir(), 'aya-latency-'));
afterAll(() => rmSync(folder, { recursive: true }));

const [, shown = ''] = /```sh\n(.*?)```/s.exec(DOC) ?? [];
const commands = shown.split('\n').filter((line) => line !== '');

/** The indented block that begins with a line. */
function blockFrom(first: string): string {
  const from = DOC.indexOf(`    ${first}`);
  const lines = DOC.slice(from).split('\n');
  const end = lines.findIndex((line) => !line.startsWith('    '));
  return lines.slice(0, end).join('\n').replaceAll(/^ {4}/gm, '');
}

const regions = `
regions: { eu-west: { location: [53.3, -6.3], country: DE }, us-east: { location: [38.9, -77.0], country: US } }
policies: { quick: [fastest] }
services: { web: { policy: quick, endpoints: { eu-west: { a: 192.0.2.1 }, us-east: { a: 192.0.2.2 } } } }
${zone('www SERVICE web')}`;

test('the commands work, in their order, with the tables that are shown', async () => {
  writeFileSync(join(folder, 'aya.yaml'), regions);
  expect(commands).toHaveLength(3);
  for (const table of [blockFrom('cty1,cty2'), blockFrom('place,region')]) {
    writeFileSync(join(folder, 'times.csv'), table);
    const said: string[] = [];
    const io = { out: (line: string) => void said.push(line), err: (line: string) => void said.push(`! ${line}`) };
    for (const command of commands) {
      const [program, word, ...args] = command.replace(/^npx /, '').split(' ');
      expect([program, word]).toEqual(['aya', 'latency']);
      const inFolder = args.map((arg) => (arg.includes('.') ? join(folder, arg) : arg));
      expect([await runLatency(inFolder, io), command]).toEqual([0, command]);
    }
    expect(said.filter((line) => line.startsWith('!'))).toEqual([]);
    expect(said.join('\n')).toContain('place,region,rtt_cnt,rtt_avg');
  }
});

test('a table with a mistake is not taken at all', async () => {
  writeFileSync(join(folder, 'bad.csv'), 'place,region,rtt_cnt,rtt_avg\nDE,eu-west,5,20\nDE,eu-west,5,-1\n');
  const said: string[] = [];
  const io = { out: (line: string) => void said.push(line), err: (line: string) => void said.push(line) };
  const args = [
    'import',
    join(folder, 'bad.csv'),
    '--config',
    join(folder, 'aya.yaml'),
    '--file',
    join(folder, 'other'),
  ];
  expect(await runLatency(args, io)).toBe(1);
  expect(said.join('\n')).toMatch(/bad\.csv:3: bad-latency-row: .*\n.*was not taken: 1 lines/);
});

test('the section that is shown is one', async () => {
  writeFileSync(join(folder, 'shown.yaml'), `${blockFrom('latency:')}\n${regions}`);
  const loaded = await loadConfig(join(folder, 'shown.yaml'));
  expect(loaded.ok ? [] : loaded.problems).toEqual([]);
});

test('every refusal is in it', () => {
  expect([...REFUSALS, ...HTTP_REFUSALS].filter((why) => !DOC.includes(`\`${why}\``))).toEqual([]);
});
