import { execFile } from 'node:child_process';
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, describe, expect, it } from 'vitest';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const DOC = readFileSync(join(ROOT, 'docs/explain.md'), 'utf8');

function blocksOf(language: string): readonly string[] {
  const fenced = new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\`$`, 'gms');
  return [...DOC.matchAll(fenced)].map(([, text = '']) => text);
}

async function run(command: string): Promise<string> {
  const [program = '', ...args] = command.split(' ');
  const { stdout } = await promisify(execFile)(program, args, { cwd: ROOT }); // rejects on an exit code
  return stdout;
}

describe('docs/explain.md', () => {
  const commands = blocksOf('sh').flatMap((block) => block.split('\n').filter((line) => line !== ''));
  // In config/, as what it names is looked for from there.
  const folder = mkdtempSync(join(ROOT, 'config/.explain-doc-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  it.each(commands)('shows %s, which works', async (command) => {
    expect(await run(command)).not.toBe('');
  });

  it('shows what the first explanation prints', async () => {
    const [, text = ''] = /^( {4}app\.example\.com\. A for.*?)\n\n/ms.exec(DOC) ?? [];
    const shown = text.replace(/^ {4}/gm, '');
    const command = commands.find((line) => line.includes('app.example.com')) ?? '';
    const lines = (await run(command.replace(' --json', ''))).split('\n');
    // Where Aya lies is another place on each machine.
    expect(lines.filter((line) => !line.includes('.mmdb')).join('\n')).toBe(`${shown}\n`);
  });

  it('shows tests that pass in the demo, and a bound that can be read', async () => {
    const file = join(folder, 'demo.yaml');
    const demo = readFileSync(join(ROOT, 'config/demo.yaml'), 'utf8').replace('zones/demo.zone', 'demo.zone');
    copyFileSync(join(ROOT, 'config/zones/demo.zone'), join(folder, 'demo.zone'));
    writeFileSync(file, demo + blocksOf('yaml').join(''));
    expect(await run(`node src/main.ts test ${file}`)).toContain('8 tests, all pass');
  });

  it('names every key of the JSON', async () => {
    const output = await run('node src/main.ts explain www.example.com --from 8.8.8.8 --json -c config/demo.yaml');
    expect(keysIn(JSON.parse(output)).filter((key) => !DOC.includes(key))).toEqual([]);
  });
});

/** The keys of all mappings within, those of settings aside: they are as in the configuration. */
function keysIn(value: unknown): readonly string[] {
  if (Array.isArray(value)) return value.flatMap(keysIn);
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => (key === 'settings' ? [key] : [key, ...keysIn(inner)]));
}
