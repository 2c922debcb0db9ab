import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, constants, mkdtempSync, openSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { freePort, until } from '../support/aya.ts';
import { TcpClient } from '../support/dns-client.ts';
import { EAST, WEST } from './operated.ts';
import { Region } from './region.ts';
import { zone } from './zone.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const [WEST_CHECK, EAST_CHECK] = ['127.63.0.1', '127.63.0.2'];

/** A pipe that has no room left, whose reader does not read. */
function stuckPipe(folder: string): number {
  const path = join(folder, 'pipe');
  execFileSync('mkfifo', [path]);
  const reader = openSync(path, constants.O_RDWR | constants.O_NONBLOCK);
  onTestFinished(() => closeSync(reader));
  for (const bytes of [4096, 1]) fill(reader, bytes);
  return openSync(path, 'w');
}

function fill(fd: number, bytes: number): void {
  try {
    for (;;) writeSync(fd, Buffer.alloc(bytes));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error;
  }
}

/** A pipe whose reader has gone. */
function deadPipe(folder: string): number {
  const path = join(folder, 'pipe');
  execFileSync('mkfifo', [path]);
  const reader = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  const writer = openSync(path, 'w');
  closeSync(reader);
  return writer;
}

const OUTPUTS: readonly (readonly [string, (folder: string) => number])[] = [
  ['a pipe that nobody reads', stuckPipe],
  ['a pipe whose reader has gone', deadPipe],
  ['a disk that is full', () => openSync('/dev/full', 'w')],
];

// A log that waits, or throws, would take probes and reloads with it.
test.runIf(process.platform === 'linux').each(OUTPUTS)(
  'a server whose log goes to %s answers, fails over and stops',
  async (_, open) => {
    const folder = mkdtempSync(join(tmpdir(), 'aya-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const [port, check] = [await freePort(), await freePort()];
    await using west = await Region.start(WEST_CHECK, check);
    await using _east = await Region.start(EAST_CHECK, check);
    const file = join(folder, 'aya.yaml');
    writeFileSync(file, world(port, check));
    const output = open(folder);
    const aya = spawn(process.execPath, ['src/main.ts', 'serve', '--config', file], {
      ...{ cwd: ROOT, stdio: ['ignore', output, 'pipe'] },
    });
    onTestFinished(() => void aya.kill('SIGKILL'));
    closeSync(output);
    const isAnswered = (address: string) => until(async () => (await ask(port)) === address);
    await isAnswered(WEST);
    await west.die();
    await isAnswered(EAST);
    expect(await stopped(aya)).toEqual({ code: 0, errors: '' });
  },
);

/**
 * The addresses that are answered; undefined where nobody answers yet. A connection for each query: a server that starts
 * tries whether the port is free, and who connects to it meanwhile is cut off.
 */
async function ask(port: number): Promise<string | undefined> {
  const client = await TcpClient.open(port).catch(() => undefined);
  if (client === undefined) return undefined;
  await using _client = client;
  const response = await Promise.race([client.ask('www.example.com'), client.closed.then(() => undefined)]);
  return response?.addresses.join(' ');
}

async function stopped(aya: ChildProcess): Promise<{ code: number | null; errors: string }> {
  let errors = '';
  aya.stderr?.on('data', (chunk) => {
    errors += String(chunk);
  });
  aya.kill('SIGTERM');
  const [code] = (await once(aya, 'close')) as [number | null];
  return { code, errors };
}

function world(port: number, check: number): string {
  return `
server: { listen: "127.0.0.1:${port}", workers: 1 }
regions: { west: {}, east: {} }
probes: { web: { http: { port: ${check} }, interval: 200ms, fall: 1 } }
policies: { in-order: [{ ordered: [west, east] }] }
services:
  web:
    policy: in-order
    probe: web
    ttl: 1
    endpoints:
      west: { a: ${WEST}, check: "${WEST_CHECK}:${check}" }
      east: { a: ${EAST}, check: "${EAST_CHECK}:${check}" }
${zone('www SERVICE web')}`;
}
