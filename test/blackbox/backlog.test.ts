import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { test } from 'vitest';
import { startAya } from '../support/aya.ts';
import { zone } from './zone.ts';

/** More than Node.js has the kernel hold, and fewer than processes may have open. */
const CLIENTS = 700;

test.runIf(process.platform === 'linux')('clients that come while nobody accepts need not come again', async () => {
  const held = Math.min(CLIENTS, Number(readFileSync('/proc/sys/net/core/somaxconn', 'utf8')));
  await using aya = await startAya(zone('www IN A 192.0.2.1'));
  aya.signal('SIGSTOP');
  const sockets = Array.from({ length: held }, () => connect(aya.port, '127.0.0.1').on('error', () => {}));
  // The kernel answers for a process that does nothing; beyond what it holds it does not.
  await Promise.all(sockets.map((socket) => once(socket, 'connect')));
  for (const socket of sockets) socket.destroy();
});
