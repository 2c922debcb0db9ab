import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { parseAddress } from '../net/address.ts';
import type { ClientAddress } from './client.ts';
import type { Source } from './resolution.ts';
import type { OpenTransport, Plane, Transport } from './transport.ts';

/** A connection that brings no whole query for this long is closed (RFC 7766 section 6.2.3 leaves the time to us). */
const IDLE_MS = 10_000;

/** Connections at a time, a worker. Beyond it new ones are closed at once: UDP is what must go on. */
const CONNECTIONS_MAX = 1000;

/** Answers that a client has not taken yet, in octets, before its further queries wait. */
const UNSENT_BYTES_MAX = 256 * 1024;

/** While closing, how long clients have to take their last answers. */
const DRAIN_MS = 1_000;

const LENGTH_BYTES = 2;

/** DNS over TCP (RFC 7766): many queries a connection, each behind its length in two octets. */
export const tcp: Transport = {
  async open(plane, listen) {
    const listener = new Listener(plane);
    await listener.listen({ port: listen.port, host: listen.host, ipv6Only: listen.family === 6, reusePort: true });
    return listener;
  },
};

class Listener implements OpenTransport {
  readonly #server: Server;
  readonly #connections = new Set<Connection>();

  constructor(plane: Plane) {
    this.#server = createServer({ noDelay: true }, (socket) => {
      const connection = new Connection(plane, socket);
      this.#connections.add(connection);
      socket.on('close', () => this.#connections.delete(connection));
    });
    this.#server.maxConnections = CONNECTIONS_MAX;
  }

  async listen(options: Parameters<Server['listen']>[0] & object): Promise<void> {
    this.#server.listen(options);
    await once(this.#server, 'listening'); // rejects on 'error'
    this.#server.on('error', () => {}); // one connection could not be accepted (EMFILE); others can
  }

  async drain(): Promise<void> {
    const closed = once(this.#server, 'close');
    this.#server.close();
    for (const connection of this.#connections) connection.end();
    const deadline = setTimeout(() => {
      for (const connection of this.#connections) connection.destroy();
    }, DRAIN_MS);
    await closed;
    clearTimeout(deadline);
  }
}

class Connection implements Source {
  readonly isStream = true;
  readonly #plane: Plane;
  readonly #socket: Socket;
  readonly #idle: NodeJS.Timeout;
  /** Octets that do not make a whole query yet; never more than one query and its length. */
  #pending: Buffer = Buffer.alloc(0);

  constructor(plane: Plane, socket: Socket) {
    this.#plane = plane;
    this.#socket = socket;
    this.#idle = setTimeout(() => socket.destroy(), IDLE_MS);
    socket.on('data', (chunk: Buffer) => this.#take(chunk));
    socket.on('drain', () => {
      this.#take(Buffer.alloc(0));
      socket.resume();
    });
    socket.on('error', () => {}); // a reset is the client's way to leave; 'close' follows
    socket.on('close', () => clearTimeout(this.#idle));
  }

  resolverAddress(into: ClientAddress): void {
    const address = parseAddress(this.#socket.remoteAddress ?? '');
    if (address !== undefined) into.setAddress(address);
  }

  end(): void {
    this.#socket.end();
  }

  destroy(): void {
    this.#socket.destroy();
  }

  #take(chunk: Buffer): void {
    const octets = this.#pending.length === 0 ? chunk : Buffer.concat([this.#pending, chunk]);
    let at = 0;
    this.#socket.cork(); // the answers to what came together leave together
    while (this.#socket.writableLength < UNSENT_BYTES_MAX && octets.length - at >= LENGTH_BYTES) {
      const messageAt = at + LENGTH_BYTES;
      const end = messageAt + octets.readUInt16BE(at);
      if (end > octets.length) break;
      this.#answer(octets.subarray(messageAt, end));
      at = end;
    }
    this.#socket.uncork();
    this.#pending = octets.subarray(at);
    if (this.#socket.writableLength >= UNSENT_BYTES_MAX) this.#socket.pause();
  }

  #answer(message: Buffer): void {
    this.#idle.refresh();
    const { answerer, snapshot } = this.#plane;
    const length = answerer.answer(snapshot, message, message.length, this);
    if (length === 0) return;
    const response = Buffer.allocUnsafe(LENGTH_BYTES + length);
    response.writeUInt16BE(length);
    response.set(answerer.out.subarray(0, length), LENGTH_BYTES);
    this.#socket.write(response);
  }
}
