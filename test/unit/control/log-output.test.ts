import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, constants, mkdtempSync, openSync, readSync, rmSync } from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { expect, onTestFinished, test } from 'vitest';
import { FileOutput, type Loss, StreamOutput } from '../../../src/control/log-output.ts';

const notice = ({ lines, why }: Loss): string => `lost ${lines}: ${why}\n`;

const LINE = `${'x'.repeat(999)}\n`;

/** Both ends of a Unix socket. */
async function socketPair(): Promise<{ readonly near: Socket; readonly far: Socket }> {
  const folder = mkdtempSync(join(tmpdir(), 'aya-log-'));
  const server = createServer({ pauseOnConnect: true });
  onTestFinished(() => {
    server.close();
    rmSync(folder, { recursive: true });
  });
  server.listen(join(folder, 'socket'));
  await once(server, 'listening');
  const near = connect(join(folder, 'socket'));
  const [far] = (await once(server, 'connection')) as [Socket];
  return { near, far };
}

test('of lines that nobody reads so many are kept, and it is said how many were not', async () => {
  const { near, far } = await socketPair();
  const output = new StreamOutput(near, notice);
  const written = 5_000;
  for (let line = 0; line < written; line++) output.write(LINE);
  const heard = text(far);
  await once(near, 'drain');
  output.write('and on\n');
  await output.end(60_000);
  const lines = (await heard).split('\n');
  const kept = lines.filter((line) => line.startsWith('x')).length;
  expect(kept).toBeGreaterThan(1_000);
  expect(lines.slice(kept)).toEqual([`lost ${written - kept}: nobody read them`, 'and on', '']);
});

test('its end does not wait for who does not read', async () => {
  const { near, far } = await socketPair();
  const output = new StreamOutput(near, notice);
  for (let line = 0; line < 2_000; line++) output.write(LINE);
  await output.end(1);
  expect(near.destroyed).toBe(true);
  far.destroy();
});

test('a reader that has gone is no error', async () => {
  const { near, far } = await socketPair();
  const output = new StreamOutput(near, notice);
  far.destroy();
  const closed = new Promise((resolve) => near.once('close', resolve)); // events.once would reject on its error
  output.write(LINE);
  await closed;
  output.write(LINE);
  await output.end(60_000);
});

/** A descriptor that takes some octets and no more until they are read, as a disk that is full until it is cleared. */
function smallDisk(): { readonly fd: number; clear(): string } {
  const folder = mkdtempSync(join(tmpdir(), 'aya-log-'));
  const path = join(folder, 'pipe');
  execFileSync('mkfifo', [path]);
  const fd = openSync(path, constants.O_RDWR | constants.O_NONBLOCK);
  onTestFinished(() => {
    closeSync(fd);
    rmSync(folder, { recursive: true });
  });
  const room = Buffer.alloc(1024 * 1024);
  return { fd, clear: () => room.toString('latin1', 0, readSync(fd, room)) };
}

test.runIf(process.platform === 'linux')('lines that a disk does not take are counted, and torn ones ended', () => {
  const { fd, clear } = smallDisk();
  const output = new FileOutput(fd, notice);
  const long = `${'y'.repeat(49_999)}\n`;
  for (let line = 0; line < 4; line++) output.write(long);
  const before = clear();
  expect(before.startsWith(long)).toBe(true);
  expect(before.endsWith('y')).toBe(true); // the second, torn
  output.write('after\n');
  expect(clear()).toMatch(/^\nlost 3: EAGAIN.*\nafter\n$/);
});
