import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { runQueries } from '../../src/cli/queries.ts';
import type { QueryEntry } from '../../src/control/query-log/entry.ts';
import { type Aya, startAya } from '../support/aya.ts';
import type { Question } from '../support/dns-client.ts';
import { FILE, namesIn, WORLD } from './logged.ts';

describe('aya queries', () => {
  const ADMIN = `admin: { socket: admin.sock }${WORLD}`;

  /** Runs it, with questions that are asked again and again until it has seen enough. */
  async function watch(
    aya: Aya,
    questions: readonly Question[],
    ...args: readonly string[]
  ): Promise<readonly string[]> {
    const lines: string[] = [];
    let isOver = false;
    const io = { out: (line: string) => void lines.push(line), err: () => {} };
    const ran = runQueries([...args, '--config', join(aya.folder, 'aya.yaml')], io).finally(() => {
      isOver = true;
    });
    while (!isOver) for (const question of questions) await aya.ask(question);
    expect(await ran).toBe(0);
    return lines;
  }

  const asked = (lines: readonly string[]): ReadonlySet<string | undefined> =>
    new Set(lines.map((line) => (JSON.parse(line) as QueryEntry).qname));

  test('shows what is asked as it happens, where nothing is logged', async () => {
    await using aya = await startAya(ADMIN);
    const [line] = await watch(aya, [{ name: 'www.example.com', subnet: '203.0.113.0/24' }], '--count', '1');
    expect(line).toMatch(
      /^\d\d:\d\d:\d\d\.\d{3} UDP 127\.0\.0\.1 \[203\.0\.113\.0\/24\/0\] www\.example\.com\. A NOERROR AA web\/west \d+$/,
    );
  });

  test('keeps to a name and those below it, and to a network of clients; the file keeps to its sample', async () => {
    const queryLog = { file: FILE, only: 'errors' };
    await using aya = await startAya(ADMIN, { server: { queryLog } });
    const questions = [
      { name: 'a.www.example.com', subnet: '203.0.113.0/24' },
      { name: 'www.example.com', subnet: '203.0.113.0/24' },
      { name: 'www.example.com', subnet: '198.51.100.0/24' },
      { name: 'xwww.example.com' },
      { name: 'example.org' },
    ];
    const byName = await watch(aya, questions, '--json', '--count', '20', '--name', 'WWW.example.com');
    expect(asked(byName)).toEqual(new Set(['a.www.example.com.', 'www.example.com.']));
    const byClient = await watch(aya, questions, '--json', '--count', '20', '--client', '127.0.0.0/8');
    expect(asked(byClient)).toEqual(new Set(['xwww.example.com.', 'example.org.']));
    expect(new Set(await namesIn(aya, 1))).toEqual(new Set(['example.org.']));
  });
});
