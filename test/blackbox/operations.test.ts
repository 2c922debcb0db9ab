import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readOverrides } from '../../src/config/overrides-file.ts';
import { startAya, until } from '../support/aya.ts';
import { answered, operate } from './operated.ts';
import { zone } from './zone.ts';

const DOCUMENT = readFileSync(join(import.meta.dirname, '../../docs/operations.md'), 'utf8');

/** The fenced blocks of a language, in their order. */
function blocksOf(language: string): readonly string[] {
  return [...DOCUMENT.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\`$`, 'gms'))].map(([, text = '']) => text);
}

/** The words of a line of a shell, and what its comment says. */
function commandOf(line: string): { words: readonly string[]; isRefused: boolean } {
  const [command = '', comment = ''] = line.split(' # ');
  const words = [...command.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, bare]) => quoted ?? bare ?? '');
  return { words, isRefused: comment.startsWith('refused') };
}

const commands = blocksOf('sh').flatMap((block) => block.trim().split('\n').map(commandOf));

const ADDRESS = { 'eu-west': '192.0.2.1', 'us-east': '192.0.2.2' } as const;

/** The configuration that the document shows, with what it operates on. Its port may be in use here. */
const CONFIG = `${blocksOf('yaml')
  .join('')
  .replace(/^ {2}listen:.*$/m, '')}
regions: { eu-west: {}, us-east: {} }
policies: { in-order: [{ ordered: [eu-west, us-east] }] }
services: { web: { policy: in-order, endpoints: { eu-west: { a: ${ADDRESS['eu-west']} }, us-east: { a: ${ADDRESS['us-east']} } } } }
${zone('www SERVICE web')}`;

test('the commands of docs/operations.md do what it says', async () => {
  expect(commands.length).toBeGreaterThan(8);
  await using aya = await startAya(CONFIG);
  for (const { words, isRefused } of commands) {
    const [program, word, ...args] = words;
    expect(program).toBe('aya');
    // The document names the configuration as who stands beside it would.
    const own = args.filter((_, index) => args[index] !== '--config' && args[index - 1] !== '--config');
    if (isRefused) await operate(aya, 'force', 'eu-west', 'down');
    const { code, err } = await operate(aya, word as 'force', ...own);
    expect([words.join(' '), code, err.includes('refused')]).toEqual([words.join(' '), isRefused ? 1 : 0, isRefused]);
    if (word === 'force' && own.includes('drain')) expect(await answered(aya)).toBe(ADDRESS['us-east']);
  }
});

test('the file of overrides that it shows is taken', async () => {
  await using aya = await startAya(CONFIG);
  const [file = ''] = blocksOf('yaml overrides');
  expect(readOverrides(file, 'shown', undefined, 0).ok).toBe(true);
  await aya.write('aya.overrides.yaml', file);
  await until(async () => (await answered(aya)) === ADDRESS['us-east']);
  expect(aya.log.filter(({ msg }) => msg === 'override set')).toHaveLength(2);
});
