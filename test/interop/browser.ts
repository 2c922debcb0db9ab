import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type RequestListener, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathOf } from '../support/programs.ts';

/** An HTTP server on a port that is free; disposing of it closes it. */
export async function serveHttp(listener: RequestListener): Promise<AsyncDisposable & { readonly port: number }> {
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

/** Opens a page in Chromium until it is disposed of. */
export function browse(url: string): AsyncDisposable {
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
