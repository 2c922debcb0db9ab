import { once } from 'node:events';
import { createServer } from 'node:http';
import { connect, type Socket } from 'node:net';
import { expect, test } from 'vitest';
import { boundConnections } from '../../../../src/control/latency/connections.ts';

async function opened(port: number): Promise<Socket> {
  const socket = connect(port, '127.0.0.1');
  await once(socket, 'connect');
  return socket.on('error', () => {}).resume();
}

test('who holds all connections in silence keeps nobody out, and who spoke last stays longest', async () => {
  const server = createServer((_request, response) => response.end('x'));
  let closedByServer = 0;
  boundConnections(server, 4, () => closedByServer++);
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as { port: number };
  const spoke = await opened(port);
  const silent: Socket[] = [];
  for (let at = 0; at < 3; at++) silent.push(await opened(port));
  const answered = once(spoke, 'data');
  spoke.write('POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\n'); // and nothing behind it
  await answered;
  const closed = once(silent[0]!, 'close');
  const response = await fetch(`http://127.0.0.1:${port}/`);
  expect(await response.text()).toBe('x');
  await closed;
  expect([spoke, ...silent].map((socket) => socket.closed)).toEqual([false, true, false, false]);
  expect(closedByServer).toBe(1);
  server.closeAllConnections();
  server.close();
});
