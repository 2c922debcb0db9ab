import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { boundConnections, PipelineBound } from './connections.ts';
import { latencyHandler } from './handler.ts';
import type { HttpRefusal } from './messages.ts';
import type { Reception } from './reception.ts';
import { sendLast, sendRaw } from './reply.ts';

/** What the public may take of a server. */
export interface Bounds {
  readonly connectionsMax: number;
  /** Requests of a connection that wait for replies to those before. */
  readonly pipelinedMax: number;
  /** From the first octet of a request, or the opening of its connection, to the last. */
  readonly requestTimeoutMs: number;
  readonly keepAliveTimeoutMs: number;
  /** How often the times above are looked at. */
  readonly checkIntervalMs: number;
}

export const BOUNDS: Bounds = {
  connectionsMax: 512, // browsers come once a page
  pipelinedMax: 4, // browsers and proxies wait for each reply
  requestTimeoutMs: 10_000,
  // Longer than proxies keep theirs, mostly a minute: what one sends as we close is lost. Their number is bounded
  // anyway.
  keepAliveTimeoutMs: 75_000,
  // Node.js would look each 30 s, and slow senders have all connections for as long.
  checkIntervalMs: 1000,
};

/**
 * A server for the public, which does not listen yet. Whatever comes in is answered, or refused for a reason that is
 * counted.
 * @param reception that of the configuration in force, at any time.
 */
export function latencyServer(reception: () => Reception, bounds: Bounds): Server {
  const refuse = (why: HttpRefusal): void => reception().refuse(why);
  const server = createServer({
    requestTimeout: bounds.requestTimeoutMs,
    headersTimeout: bounds.requestTimeoutMs,
    keepAliveTimeout: bounds.keepAliveTimeoutMs,
    connectionsCheckingInterval: bounds.checkIntervalMs,
    requireHostHeader: false, // the handler looks, and counts
    noDelay: false, // a reply is one write: a system call less a connection
  });
  const admit = admitting(latencyHandler(reception), refuse, bounds.pipelinedMax);
  server.on('request', admit);
  server.on('checkContinue', admit);
  server.on('checkExpectation', (request: IncomingMessage, response: ServerResponse) => {
    refuse('bad-expectation');
    sendLast(request, response, 417, { error: 'bad-expectation' });
  });
  server.on('connect', (_request: IncomingMessage, socket: Duplex) => {
    socket.on('error', () => {});
    refuse('bad-method');
    sendRaw(socket, 405, { error: 'bad-method' }, ['allow', 'GET, HEAD, POST, OPTIONS']);
  });
  server.on('clientError', (error: NodeJS.ErrnoException, socket: Duplex) => turnAway(error, socket, refuse));
  boundConnections(server, bounds.connectionsMax, () => refuse('too-many-connections'));
  return server;
}

type Handle = (request: IncomingMessage, response: ServerResponse) => void;

function admitting(handle: Handle, refuse: (why: HttpRefusal) => void, pipelinedMax: number): Handle {
  const pipeline = new PipelineBound(pipelinedMax);
  return (request, response) => {
    const { socket } = request;
    // Closed already, by what stood before it in the same octets.
    if (socket.destroyed || socket.writableEnded) return;
    if (pipeline.admit(request, response)) {
      handle(request, response);
      return;
    }
    refuse('too-many-pipelined');
    socket.destroy();
  };
}

/** By the word of the parser, or of Node.js. All else is no HTTP. */
const STATUSES: Readonly<Record<string, readonly [status: number, why: HttpRefusal]>> = {
  HPE_HEADER_OVERFLOW: [431, 'too-large'],
  HPE_CHUNK_EXTENSIONS_OVERFLOW: [413, 'too-large'],
  ERR_HTTP_REQUEST_TIMEOUT: [408, 'too-slow'],
};

function turnAway({ code = '' }: NodeJS.ErrnoException, socket: Duplex, refuse: (why: HttpRefusal) => void): void {
  if (socket.writableEnded) return; // more of the same
  const hasSpoken = 'bytesRead' in socket && socket.bytesRead !== 0;
  // Reset by the client, or opened ahead of requests that did not come, as browsers do.
  if (code === 'ECONNRESET' || !socket.writable || !hasSpoken) {
    socket.destroy();
    return;
  }
  const [status, why] = STATUSES[code] ?? [400, 'bad-request'];
  refuse(why);
  // Behind the replies to what stood before it in the same octets.
  setImmediate(() => sendRaw(socket, status, { error: why }));
}
