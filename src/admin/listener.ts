import { once } from 'node:events';
import { chmodSync, existsSync, lstatSync, unlinkSync } from 'node:fs';
import { createServer, type RequestListener, type Server } from 'node:http';
import { connect } from 'node:net';
import { dirname } from 'node:path';
import type { AdminConfig } from '../config/operations-config.ts';
import { formatAddress } from '../net/address.ts';

// Collectors and operators: few at a time, and none of them slow.
const CONNECTIONS_MAX = 64;

/** Endpoints report every few seconds, each over a connection that it may keep for five. */
export const REPORTS_CONNECTIONS_MAX = 4_096;

// How often connections are looked at that take too long: the time that such a one has, more or less.
const LOOK_MS = 1_000;
const REQUEST_TIMEOUT_MS = 10_000;

/** An HTTP server that listens somewhere; it is closed with all its connections. */
export interface Listener {
  close(): Promise<void>;
}

/** @param connectionsAtOnceMax one more is closed at once. Rejects where it can't listen. */
export async function listenHttp(
  { address, port }: NonNullable<AdminConfig['listen']>,
  handler: RequestListener,
  connectionsAtOnceMax = CONNECTIONS_MAX,
): Promise<Listener> {
  const server = httpServer(handler);
  server.maxConnections = connectionsAtOnceMax;
  server.listen(port, formatAddress(address));
  await once(server, 'listening');
  return listenerOf(server);
}

/** A Unix socket that nobody may use but this user. Rejects where it can't listen, or another listens there already. */
export async function listenSocket(path: string, handler: RequestListener): Promise<Listener> {
  // Node.js would say EACCES.
  if (!existsSync(dirname(path))) throw new Error(`there is no folder ${dirname(path)}`);
  await removeStale(path);
  const server = httpServer(handler);
  // The name appears within this call: at no moment may others connect.
  const umask = process.umask(0o177);
  try {
    server.listen(path);
  } finally {
    process.umask(umask);
  }
  await once(server, 'listening');
  chmodSync(path, 0o600);
  return listenerOf(server);
}

function httpServer(handler: RequestListener): Server {
  const timeouts = { requestTimeout: REQUEST_TIMEOUT_MS, headersTimeout: REQUEST_TIMEOUT_MS };
  const server = createServer({ ...timeouts, connectionsCheckingInterval: LOOK_MS }, handler);
  server.maxConnections = CONNECTIONS_MAX;
  return server;
}

function listenerOf(server: Server): Listener {
  return {
    async close() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

/** A server that was killed leaves its socket, on which nobody listens. What is no socket is not ours to remove. */
async function removeStale(path: string): Promise<void> {
  if (lstatSync(path, { throwIfNoEntry: false })?.isSocket() !== true) return;
  const socket = connect(path);
  const isServed = await once(socket, 'connect').then(
    () => true,
    () => false,
  );
  socket.destroy();
  if (isServed) throw new Error('another server listens there');
  unlinkSync(path);
}
