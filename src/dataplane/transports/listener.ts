import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import type { ListenAddress } from '../../snapshot/messages.ts';
import { UNSENT_BYTES_MAX } from './connection.ts';
import { ProxyHeader } from './proxy.ts';
import { readProxyHeader } from './proxy-stream.ts';
import { quiet } from './quiet.ts';
import type { Seat } from './seat.ts';
import { senderAddress } from './sender.ts';
import type { LoopPlane, OpenTransport } from './transport.ts';

/**
 * How long a connection may take to say for whom it is, or to agree on keys: many round trips to the far side of the
 * world.
 */
export const GREETING_MS = 5_000;

/**
 * Connections that the kernel holds until they are accepted: as many as it allows (net.core.somaxconn, 4096 by
 * default). If there are more, their clients try again after a second. The 511 that Node.js asks for are soon there
 * while a worker is busy.
 */
const BACKLOG = 4096;

/** While closing, how long clients may take to read their last answers. */
const DRAIN_MS = 1_000;

/** What becomes of a connection, once it is known for whom it is and that it may stay. */
export type Begin = (socket: Socket, seat: Seat) => void;

/** Accepts connections at an address, for all that runs over streams. */
export class Listener implements OpenTransport {
  readonly #plane: LoopPlane;
  readonly #begin: Begin;
  readonly #server: Server;
  readonly #seats = new Set<Seat>();

  private constructor(plane: LoopPlane, begin: Begin) {
    this.#plane = plane;
    this.#begin = begin;
    // Half open: a client that has sent its last query still gets its answers, however long it takes to read them.
    const options = { noDelay: true, allowHalfOpen: true, highWaterMark: UNSENT_BYTES_MAX };
    this.#server = createServer(options, (socket) => this.#accept(socket));
  }

  static async open(plane: LoopPlane, { host, port, family }: ListenAddress, begin: Begin): Promise<Listener> {
    const listener = new Listener(plane, begin);
    const server = listener.#server;
    server.listen({ port, host, ipv6Only: family === 6, reusePort: true, backlog: BACKLOG });
    await once(server, 'listening'); // rejects on 'error'
    server.on('error', () => {}); // one connection could not be accepted (EMFILE); others can
    return listener;
  }

  async drain(): Promise<void> {
    await quiet(() => this.#plane.streams.activity);
    const closed = once(this.#server, 'close');
    this.#server.close();
    for (const seat of this.#seats) seat.end();
    const deadline = setTimeout(() => {
      for (const seat of this.#seats) seat.destroy();
    }, DRAIN_MS);
    await closed;
    clearTimeout(deadline);
  }

  #accept(socket: Socket): void {
    const { streams, proxies } = this.#plane;
    socket.on('error', () => {}); // a reset is the client's way to leave; 'close' follows
    const peer = senderAddress(socket.remoteAddress);
    if (peer === undefined) {
      socket.destroy(); // it left before we looked
      return;
    }
    const seat = streams.seat(socket);
    seat.client.setAddress(peer);
    this.#seats.add(seat);
    socket.once('close', () => this.#seats.delete(seat));
    if (proxies.isEmpty || !proxies.has(seat.client)) this.#admit(socket, seat);
    else this.#askForWhom(socket, seat);
  }

  #askForWhom(socket: Socket, seat: Seat): void {
    const { counters } = this.#plane;
    const refuse = (): void => counters.add('proxyHeadersBad');
    seat.hurry(GREETING_MS, refuse);
    readProxyHeader(socket, new ProxyHeader(seat.client), (isGood) => {
      if (isGood) {
        this.#admit(socket, seat);
        return;
      }
      refuse();
      socket.destroy();
    });
  }

  #admit(socket: Socket, seat: Seat): void {
    if (this.#plane.streams.admit(seat)) this.#begin(socket, seat);
    else socket.destroy();
  }
}
