import { execFileSync } from 'node:child_process';
import { closeSync, constants, existsSync, openSync, readFileSync, readSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { QUERIES_USAGE, runQueries } from '../../src/cli/queries.ts';
import type { QueryEntry } from '../../src/control/query-log/entry.ts';
import { type Aya, freePort, startAya, until } from '../support/aya.ts';
import { encodeQuery, type Question, TcpClient, UdpClient } from '../support/dns-client.ts';
import { parseExposition } from '../support/exposition.ts';
import { zone } from './zone.ts';

const FILE = 'queries.ndjson';

/** An import that lets a signal end all data-plane threads. */
const MORTAL = ['--import', './test/support/mortal-workers.ts', 'src/main.ts', 'serve', '--config'];

const WORLD = `
regions: { west: {} }
policies: { split: [weighted] }
services: { web: { policy: split, endpoints: { west: { a: 192.0.2.7 } } } }
${zone('www SERVICE web')}`;

const isLinux = process.platform === 'linux';

function start(queryLog: Readonly<Record<string, unknown>> = {}, more: Readonly<Record<string, unknown>> = {}) {
  return startAya(WORLD, { server: { queryLog: { file: FILE, ...queryLog }, ...more } });
}

/** The lines of the log that are whole. */
function entriesOf(aya: Aya, file = FILE): readonly QueryEntry[] {
  const path = join(aya.folder, file);
  if (!existsSync(path)) return [];
  return readFileSync(path, 'utf8')
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as QueryEntry);
}

/** The names that were asked, once there are so many. */
async function namesIn(aya: Aya, count: number, file = FILE): Promise<readonly (string | undefined)[]> {
  const entries = await until(() => {
    const found = entriesOf(aya, file);
    return found.length >= count && found;
  });
  return entries.map(({ qname }) => qname);
}

/** What became of records, by /metrics. */
async function recordsAt(port: number): Promise<Readonly<Record<string, number>>> {
  const families = parseExposition(await (await fetch(`http://127.0.0.1:${port}/metrics`)).text());
  const samples = families.find(({ name }) => name === 'aya_query_log_records_total')?.samples ?? [];
  return Object.fromEntries(samples.map(({ labels, value }) => [labels.result, value]));
}

describe('the query log', () => {
  test('has a line for each query, whatever brought it and whatever became of it', async () => {
    await using aya = await start();
    await aya.ask({ name: 'WWW.example.com', subnet: '203.0.113.0/24' });
    await aya.ask({ name: 'nope.example.com', type: 'AAAA' });
    await using tcp = await TcpClient.open(aya.port);
    await tcp.ask('www.example.org');
    await namesIn(aya, 3);
    const common = { resolver: '127.0.0.1', qclass: 'IN', time: expect.stringMatching(/^20\d\d-.*Z$/) as string };
    const entries = entriesOf(aya).toSorted((a, b) => a.time.localeCompare(b.time));
    expect(entries).toEqual([
      {
        ...common,
        ...{ transport: 'UDP', clientSubnet: '203.0.113.0/24', scopePrefixLength: 0 },
        ...{ qname: 'WWW.example.com.', qtype: 'A', rcode: 'NOERROR', flags: ['AA'] },
        ...{ service: 'web', region: 'west', responseBytes: expect.any(Number) as number },
      },
      {
        ...common,
        ...{ transport: 'UDP', qname: 'nope.example.com.', qtype: 'AAAA', rcode: 'NXDOMAIN', flags: ['AA'] },
        responseBytes: expect.any(Number) as number,
      },
      {
        ...common,
        ...{ transport: 'TCP', qname: 'www.example.org.', qtype: 'A', rcode: 'REFUSED', flags: [], responseBytes: 33 },
      },
    ]);
  });

  test('has what the rate limit sent empty, and what it did not send', async () => {
    await using aya = await start({ only: 'limited' }, { rateLimit: { responsesPerSecond: 1, slip: 2 } });
    await using client = await UdpClient.open(aya.port);
    for (let id = 1; id <= 20; id++) await client.send(encodeQuery({ name: 'www.example.com', id }));
    await namesIn(aya, 15);
    const limited = new Set(entriesOf(aya).map((entry) => `${entry.limited} ${entry.flags.join()}`));
    expect([...limited].toSorted()).toEqual(['dropped AA', 'slipped AA,TC']);
  });

  test('goes to standard output, among the lines of the log', async () => {
    await using aya = await start({ file: '-' });
    await aya.ask('www.example.com');
    const line = await aya.waitFor(({ qname }) => qname !== undefined);
    expect(line).toMatchObject({ qname: 'www.example.com.', service: 'web' });
  });

  test('goes on in a new file where the old one was moved away, with SIGHUP and without', async () => {
    await using aya = await start();
    await aya.ask('a.example.com');
    await namesIn(aya, 1);
    renameSync(join(aya.folder, FILE), join(aya.folder, 'moved'));
    await aya.reload();
    await aya.ask('b.example.com');
    expect(await namesIn(aya, 1)).toEqual(['b.example.com.']);
    renameSync(join(aya.folder, FILE), join(aya.folder, 'moved-too'));
    await until(async () => {
      await aya.ask('c.example.com');
      return existsSync(join(aya.folder, FILE));
    });
    expect(await namesIn(aya, 1, 'moved')).toEqual(['a.example.com.']);
    expect(new Set(await namesIn(aya, 2, 'moved-too'))).toEqual(new Set(['b.example.com.', 'c.example.com.']));
  });

  test('is turned on and off by a reload, and is complete at the end', async () => {
    await using aya = await startAya(WORLD);
    await aya.ask('before.example.com');
    await aya.configure(WORLD, { server: { queryLog: { file: FILE } } });
    await aya.reload();
    await aya.ask('during.example.com');
    await namesIn(aya, 1);
    await aya.configure(WORLD, { server: {} });
    await aya.reload();
    await aya.ask('after.example.com');
    await aya.configure(WORLD, { server: { queryLog: { file: FILE } } });
    await aya.reload();
    await aya.ask('again.example.com');
    aya.signal('SIGTERM');
    expect(await aya.exited).toBe(0);
    expect(entriesOf(aya).map(({ qname }) => qname)).toEqual(['during.example.com.', 'again.example.com.']);
  });

  test.runIf(isLinux)(
    'loses nothing that was recorded when workers die, and goes on with their successors',
    async () => {
      await using aya = await startAya(WORLD, { server: { queryLog: { file: FILE } }, command: MORTAL });
      await aya.ask('a.example.com');
      aya.signal('SIGUSR2');
      // That for UDP and that for connections; one that is about to end may still take a query.
      await until(() => aya.log.filter(({ msg }) => msg.startsWith('worker died')).length === 2);
      await aya.ask('b.example.com');
      expect(await namesIn(aya, 2)).toEqual(['a.example.com.', 'b.example.com.']);
    },
  );

  test.runIf(isLinux)('counts what was overwritten while its file did not take it, and goes on', async () => {
    const port = await freePort();
    const world = `admin: { listen: "127.0.0.1:${port}" }${WORLD}`;
    await using aya = await startAya(world);
    const path = join(aya.folder, 'pipe');
    execFileSync('mkfifo', [path]);
    // Whoever reads from it does not yet: it takes some hundred lines, and then none.
    const pipe = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      await aya.configure(world, { server: { queryLog: { file: 'pipe', ring: 64 } } });
      await aya.reload();
      await until(async () => {
        for (let index = 0; index < 100; index++) await aya.ask('www.example.com');
        return ((await recordsAt(port)).overwritten ?? 0) > 0;
      });
      await aya.waitFor(({ msg }) => msg === 'query log: records were overwritten before they were written');
      const { written = 0 } = await recordsAt(port);
      await until(async () => {
        readSync(pipe, Buffer.alloc(65_536));
        await aya.ask('www.example.com');
        return ((await recordsAt(port)).written ?? 0) > written;
      });
    } finally {
      closeSync(pipe);
    }
  });
});

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

  test('is told where no server listens, and how it is used', async () => {
    const said: string[] = [];
    const io = { out: () => {}, err: (line: string) => void said.push(line) };
    expect(await runQueries(['--socket', '/nowhere/aya.sock'], io)).toBe(1);
    expect(await runQueries(['--client', 'somewhere', '--socket', '/nowhere/aya.sock'], io)).toBe(2);
    expect(said).toEqual(['aya: no server listens at /nowhere/aya.sock', QUERIES_USAGE]);
  });
});
