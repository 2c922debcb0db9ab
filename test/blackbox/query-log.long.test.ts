import { execFileSync } from 'node:child_process';
import { closeSync, constants, existsSync, openSync, readSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { freePort, startAya, until } from '../support/aya.ts';
import { encodeQuery, UdpClient } from '../support/dns-client.ts';
import { parseExposition } from '../support/exposition.ts';
import { entriesOf, FILE, namesIn, startLogged, WORLD } from './logged.ts';

/** An import that lets a signal end all data-plane threads. */
const MORTAL = ['--import', './test/support/mortal-workers.ts', 'src/main.ts', 'serve', '--config'];

const isLinux = process.platform === 'linux';

/** What became of records, by /metrics. */
async function recordsAt(port: number): Promise<Readonly<Record<string, number>>> {
  const families = parseExposition(await (await fetch(`http://127.0.0.1:${port}/metrics`)).text());
  const samples = families.find(({ name }) => name === 'aya_query_log_records_total')?.samples ?? [];
  return Object.fromEntries(samples.map(({ labels, value }) => [labels.result, value]));
}

describe('the query log', () => {
  test('has what the rate limit sent empty, and what it did not send', async () => {
    await using aya = await startLogged({ only: 'limited' }, { rateLimit: { responsesPerSecond: 1, slip: 2 } });
    await using client = await UdpClient.open(aya.port);
    for (let id = 1; id <= 20; id++) await client.send(encodeQuery({ name: 'www.example.com', id }));
    await namesIn(aya, 15);
    const limited = new Set(entriesOf(aya).map((entry) => `${entry.limited} ${entry.flags.join()}`));
    expect([...limited].toSorted()).toEqual(['dropped AA', 'slipped AA,TC']);
  });

  test('goes to standard output, among the lines of the log', async () => {
    await using aya = await startLogged({ file: '-' });
    await aya.ask('www.example.com');
    const line = await aya.waitFor(({ qname }) => qname !== undefined);
    expect(line).toMatchObject({ qname: 'www.example.com.', service: 'web' });
  });

  test('goes on in a new file where the old one was moved away, with SIGHUP and without', async () => {
    await using aya = await startLogged();
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
