import { once } from 'node:events';
import { createServer as createHttpServer } from 'node:http';
import { type AddressInfo, connect, createServer } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { runAgent } from '../../../src/cli/agent.ts';
import { folderWith } from '../config/folder.ts';

const TOKEN = '0123456789abcdef';

async function run(...args: readonly string[]): Promise<{ code: number; out: string; err: string }> {
  const said = { out: '', err: '' };
  const io = {
    out(line: string) {
      said.out += line;
    },
    err(line: string) {
      said.err += line;
    },
  };
  const code = await runAgent(['--region', 'eu', '--once', ...args], io);
  return { code, ...said };
}

test('a token of another form is not printed', async () => {
  const file = join(folderWith({ token: 'some secret\nof two lines' }), 'token');
  const { code, err } = await run('--to', 'http://127.0.0.1:1', '--token-file', file);
  expect([code, err]).toEqual([1, `aya: ${file}: expected 16 to 200 printable characters without spaces`]);
});

test('a file that is not there is named, whatever it is called', async () => {
  const { code, err } = await run('--to', 'http://127.0.0.1:1', '--token-file', '/nowhere/class/token');
  expect(code).toBe(1);
  expect(err).toContain('/nowhere/class/token');
});

test.each(['ftp://127.0.0.1/', 'somewhere'])('to %s nothing can be reported', async (to) => {
  expect(await run('--to', to, '--token-file', 'token')).toMatchObject({ code: 2 });
});

test('says what was refused, and why', async () => {
  const bodies: string[] = [];
  await using aya = createHttpServer(async (request, response) => {
    bodies.push(await text(request));
    response.end('{"taken":0,"refused":1,"lines":[{"line":1,"why":"absurd-time"}]}');
  }).listen(0, '127.0.0.1');
  await using region = createServer().listen(0, '127.0.0.1');
  await Promise.all([once(aya, 'listening'), once(region, 'listening')]);
  const { port } = region.address() as AddressInfo;
  const client = connect(port, '127.0.0.1');
  await once(client, 'connect');
  const to = `http://127.0.0.1:${(aya.address() as AddressInfo).port}`;
  const file = join(folderWith({ token: TOKEN }), 'token');
  const { code, out, err } = await run('--to', to, '--token-file', file, '--port', String(port));
  expect([code, err]).toEqual([0, '']);
  expect(out).toBe('1 connections of 1 networks: 0 taken, 1 refused: absurd-time');
  expect(JSON.parse(bodies.join())).toMatchObject({ network: '127.0.0.0/24', region: 'eu' });
  client.destroy();
});
