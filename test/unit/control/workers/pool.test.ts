import { once } from 'node:events';
import { createServer } from 'node:net';
import { expect, test } from 'vitest';
import { WorkerPool } from '../../../../src/control/workers/pool.ts';
import { freePort } from '../../../support/aya.ts';
import { UDP_TRANSPORTS } from '../../../support/udp-transports.ts';

test.each(UDP_TRANSPORTS)('workers that were started ahead of a world can be ended without one (%s)', async (udp) => {
  const port = await freePort();
  const pool = new WorkerPool([{ host: '127.0.0.1', family: 4, port, over: ['UDP', 'TCP'] }], 2, udp);
  const deaths: string[] = [];
  pool.on('died', (reason) => deaths.push(reason));
  pool.boot();
  await pool.stop();
  expect(deaths).toEqual([]);
  // They had nothing open.
  const server = createServer().listen({ port, host: '127.0.0.1', exclusive: true });
  await once(server, 'listening');
  server.close();
});
