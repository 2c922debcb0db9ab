import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { createLog } from '../../../../src/control/log.ts';
import { Server } from '../../../../src/control/server.ts';
import { freePort } from '../../../support/aya.ts';

test('a reload that was asked for during a start that fails does not serve after all', async () => {
  const port = await freePort();
  const folder = await mkdtemp(join(tmpdir(), 'aya-start-'));
  const file = join(folder, 'aya.yaml');
  await writeFile(
    file,
    `server: { listen: ["127.0.0.1:${port}"], workers: 1 }
zones:
  example.com:
    records: |
      @ 300 IN SOA ns.example.net. hostmaster 1 2h 30m 2w 60
      @ 300 IN NS ns.example.net.
`,
  );
  const other = createServer().listen({ port, host: '127.0.0.1', exclusive: true });
  await once(other, 'listening');
  const server = new Server(file, createLog('silent'));
  onTestFinished(async () => {
    await server.stop();
    await rm(folder, { recursive: true });
  });
  const [started, reloaded] = [server.start(), server.reload('SIGHUP')];
  expect(await started).toMatchObject([{ code: 'cannot-listen' }]);
  other.close(); // it could serve now
  expect(await reloaded).toEqual([]);
  expect(server.facts).toBeUndefined();
});
