import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type RequestListener, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { runLatency } from '../../src/cli/latency.ts';
import { zone } from '../blackbox/zone.ts';
import { freePort, startAya, until } from '../support/aya.ts';
import { describeWith, pathOf } from '../support/programs.ts';

/** An HTTP server on a port that is free; disposing of it closes it. */
async function serveHttp(listener: RequestListener): Promise<AsyncDisposable & { readonly port: number }> {
  const server: Server = createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  return {
    port,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await once(server.close(), 'close');
    },
  };
}

/** A region so far away: its answers come so late. */
const region = (awayMs: number) =>
  serveHttp(async (_request, response) => {
    await setTimeout(awayMs);
    response.end('x');
  });

/** A region that takes requests and answers none. */
const hungRegion = () => serveHttp(() => {});

/** Opens a page in Chromium until it is disposed of. */
function browse(url: string): AsyncDisposable {
  const folder = mkdtempSync(join(tmpdir(), 'aya-chromium-'));
  // Root has no sandbox; the page is ours.
  const sandbox = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  const args = [
    '--headless',
    '--disable-gpu',
    `--user-data-dir=${folder}`,
    '--remote-debugging-port=0',
    ...sandbox,
    url,
  ];
  const child = spawn(pathOf('chromium')!, args, { stdio: 'ignore', detached: true });
  const closed = once(child, 'close');
  return {
    async [Symbol.asyncDispose]() {
      process.kill(-child.pid!, 'SIGKILL'); // and the processes that it started
      await closed;
      rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

describeWith(['chromium'], 'the script for browsers', () => {
  test('measures regions from a page of somebody else, and reports, whichever of them hangs', {
    timeout: 60_000,
  }, async () => {
    const port = await freePort();
    await using near = await region(15);
    await using far = await region(90);
    await using hung = await hungRegion();
    await using aya = await startAya(`
admin: { socket: admin.sock }
latency:
  listen: "127.0.0.1:${port}"
  file: learned
  objects: { near: "http://127.0.0.1:${near.port}/dot", far: "http://127.0.0.1:${far.port}/dot?of=far", hung: "http://127.0.0.1:${hung.port}/dot" }
regions: { near: { location: [53.3, -6.3] }, far: { location: [35.7, 139.7] }, hung: { location: [38.9, -77.0] } }
policies: { quick: [fastest] }
services: { web: { policy: quick, endpoints: { near: { a: 192.0.2.1 }, far: { a: 192.0.2.2 } } } }
${zone('www SERVICE web')}`);
    await aya.waitFor(({ msg }) => msg === 'latency listening');
    const script = await (await fetch(`http://127.0.0.1:${port}/latency/beacon.js`)).text();
    expect(script.length).toBeLessThan(2048);
    await using page = await serveHttp((_request, response) => {
      response.setHeader('content-type', 'text/html');
      response.end(`<p>hello</p><script async src="http://127.0.0.1:${port}/latency/beacon.js"></script>`);
    });
    await using _browser = browse(`http://localhost:${page.port}/`);
    const rows = await until(async () => {
      const lines: string[] = [];
      const io = { out: (line: string) => void lines.push(line), err: () => {} };
      await runLatency(['export', '--config', join(aya.folder, 'aya.yaml')], io);
      return lines.length === 3 && lines.slice(1).map((line) => line.split(','));
    });
    const times = new Map(rows.map(([place, name, , ms]) => [`${place} ${name}`, Number(ms)]));
    expect([...times.keys()].sort()).toEqual(['127.0.0.0/24 far', '127.0.0.0/24 near']);
    expect(times.get('127.0.0.0/24 near')).toBeGreaterThanOrEqual(14);
    expect(times.get('127.0.0.0/24 far')).toBeGreaterThanOrEqual(89);
  });
});
