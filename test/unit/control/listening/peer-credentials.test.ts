import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { knowsPeers, peerCredentials } from '../../../../src/control/listening/peer-credentials.ts';

const folder = mkdtempSync(join(tmpdir(), 'aya-peer-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Both ends of a connection to where a server listens, closed again afterwards. */
async function connected(where: string | number, look: (server: Socket, client: Socket) => Promise<void> | void) {
  const server = createServer();
  server.listen(where);
  await once(server, 'listening');
  const address = server.address();
  const client = typeof address === 'string' ? connect(address) : connect((address as AddressInfo).port);
  const [accepted] = (await once(server, 'connection')) as [Socket];
  await look(accepted, client);
  client.destroy();
  accepted.destroy();
  server.close();
  await once(server, 'close');
}

test('of a Unix socket it is who is at the other end, as long as it is open', async () => {
  await connected(join(folder, 'a.sock'), async (server) => {
    const own = { pid: process.pid, uid: process.getuid?.() };
    expect(peerCredentials(server)).toEqual(knowsPeers() ? own : undefined);
    server.destroy();
    await once(server, 'close');
    expect(peerCredentials(server)).toBeUndefined();
  });
});

test('of TCP nobody knows', async () => {
  await connected(0, (server) => expect(peerCredentials(server)).toBeUndefined());
});

test('Linux knows', () => {
  expect(knowsPeers()).toBe(process.platform === 'linux');
});
