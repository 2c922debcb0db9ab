import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { Worker } from 'node:worker_threads';

/** A server on a loopback port. */
export interface TestServer {
  readonly address: string;
  readonly port: number;
  /** Connections taken so far. */
  readonly accepted: () => number;
  /** Resolves when no connection is left open: the test that the other side has hung up. */
  readonly idle: () => Promise<void>;
  /** Takes no more connections and drops those it has, as a process that dies. */
  readonly close: () => Promise<void>;
}

/** What a server does with a connection. */
export type Behaviour = (socket: Socket) => void;

/** A key pair made for the name probe.test, signed by itself. */
export const tlsPair = {
  key: readFileSync(new URL('tls/probe.test.key', import.meta.url)),
  cert: readFileSync(new URL('tls/probe.test.crt', import.meta.url)),
};

/** Answers a request by what `respond` makes of its head. */
export function answering(respond: (head: string) => string): Behaviour {
  return (socket) => {
    let head = '';
    socket.on('data', (bytes) => {
      head += bytes.toString('latin1');
      if (head.endsWith('\r\n\r\n')) socket.end(respond(head));
    });
  };
}

export function withStatus(status: number, more = ''): Behaviour {
  return answering(() => `HTTP/1.1 ${status} Text\r\n${more}Content-Length: 2\r\n\r\nok`);
}

/** Every way to misbehave that a probe must survive, by name. */
export const misbehaviour = {
  silence: (socket) => socket.resume(),
  closing: (socket) => socket.destroy(),
  closingAfterRequest: answering(() => ''),
  resetting: (socket) => socket.resetAndDestroy(),
  resettingAfterRequest: (socket) => void socket.once('data', () => socket.resetAndDestroy()),
  dripping: (socket) => dribble(socket, 'HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n', 50),
  garbage: answering(() => '\u0000\u0001SSH-2.0-nonsense\r\n\r\n'),
  bodyWithoutEnd: (socket) => flood(socket, 'HTTP/1.1 200 OK\r\n\r\n', Buffer.alloc(64 * 1024, 'x')),
  bodyThatNeverComes: (socket) =>
    void socket.once('data', () => socket.write('HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n')),
  headersWithoutEnd: (socket) =>
    flood(socket, 'HTTP/1.1 200 OK\r\n', Buffer.from(`x: ${'y'.repeat(1000)}\r\n`.repeat(60))),
  oneHeaderWithoutEnd: (socket) => flood(socket, 'HTTP/1.1 200 OK\r\nx: ', Buffer.alloc(64 * 1024, 'y')),
  interimWithoutEnd: (socket) => flood(socket, '', Buffer.from('HTTP/1.1 103 Early Hints\r\n\r\n'.repeat(100))),
  switchingProtocols: answering(() => 'HTTP/1.1 101 Switching\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n'),
} satisfies Record<string, Behaviour>;

/** Writes all that the other side takes, for as long as it takes it. */
function flood(socket: Socket, start: string, chunk: Buffer): void {
  socket.resume();
  socket.write(start);
  const more = () => {
    // Writable, not only there: what is written after the end fails at once, time after time.
    if (socket.writable) socket.write(chunk, () => setImmediate(more));
  };
  more();
}

function dribble(socket: Socket, text: string, everyMs: number): void {
  socket.resume();
  let sent = 0;
  const timer = setInterval(() => socket.write(text.charAt(sent++)), everyMs);
  socket.on('close', () => clearInterval(timer));
}

/** @param port 0 for a free one. */
export async function startServer(behaviour: Behaviour, port = 0, address = '127.0.0.1'): Promise<TestServer> {
  return serve(createServer(), 'connection', behaviour, port, address);
}

export async function startTlsServer(behaviour: Behaviour): Promise<TestServer> {
  return serve(createTlsServer(tlsPair), 'secureConnection', behaviour, 0, '127.0.0.1');
}

async function serve(
  server: Server,
  event: 'connection' | 'secureConnection',
  behaviour: Behaviour,
  port: number,
  address: string,
): Promise<TestServer> {
  const open = new Set<Socket>();
  let accepted = 0;
  server.on('connection', (socket: Socket) => {
    accepted++;
    open.add(socket);
    socket.on('close', () => {
      open.delete(socket);
      server.emit('hung up');
    });
    socket.on('error', () => {}); // The other side hangs up in mid-sentence: that is what these tests are about.
  });
  server.on(event, (socket: Socket) => {
    socket.on('error', () => {});
    behaviour(socket);
  });
  server.on('tlsClientError', () => {});
  server.listen(port, address);
  await once(server, 'listening');
  return {
    address,
    port: (server.address() as AddressInfo).port,
    accepted: () => accepted,
    async idle() {
      while (open.size > 0) await once(server, 'hung up');
    },
    async close() {
      server.close();
      for (const socket of open) socket.destroy();
      if (server.listening || open.size > 0) await once(server, 'close');
    },
  };
}

/** A loopback port on which nothing listens: it was free a moment ago. */
export async function closedPort(): Promise<number> {
  const server = await startServer(misbehaviour.silence);
  await server.close();
  return server.port;
}

const threadSource = `
  const { createServer } = require('node:http');
  const { parentPort, workerData } = require('node:worker_threads');
  const server = createServer((_request, response) => setTimeout(() => response.end('ok'), workerData.delayMs));
  server.listen(0, '127.0.0.1', () => parentPort.postMessage(server.address().port));
`;

/** An HTTP server in a thread of its own, which answers on while the test blocks this one. */
export async function startServerThread(delayMs: number): Promise<{ port: number; close(): Promise<unknown> }> {
  const worker = new Worker(threadSource, { eval: true, workerData: { delayMs } });
  const [port] = (await once(worker, 'message')) as [number];
  return { port, close: () => worker.terminate() };
}
