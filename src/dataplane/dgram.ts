import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { setImmediate } from 'node:timers/promises';
import { parseAddress } from '../net/address.ts';
import type { ClientAddress } from './client.ts';
import type { Source } from './resolution.ts';
import type { OpenTransport, Plane, Transport } from './transport.ts';

/**
 * Queries that the kernel may hold while the worker is busy: 4 MiB are some 5,000 small datagrams, what a worker
 * answers in 50 ms. More would only make answers late that the client has stopped waiting for.
 */
const RECEIVE_BUFFER_BYTES = 4 * 1024 * 1024;

/** While closing, how long queries may go on arriving before we stop answering them. */
const DRAIN_MS_MAX = 500;

/** Turns of the event loop without a message after which the kernel's queue is taken to be empty. */
const QUIET_TURNS = 3;

/** UDP over node:dgram: works wherever Node.js does. Each worker has a socket of its own on the same port (SO_REUSEPORT). */
export const dgram: Transport = {
  async open(plane, listen) {
    const isIpv6 = listen.family === 6;
    const socket = createSocket({
      type: isIpv6 ? 'udp6' : 'udp4',
      reusePort: true,
      ipv6Only: isIpv6,
      // The address to send to is a literal, always: no resolver, and no turn of the event loop in between.
      lookup: (host, _options, done) => done(null, host, listen.family),
    });
    const receiver = new Receiver(plane, socket);
    const listening = once(socket, 'listening'); // rejects on 'error'; asked for first, since a bind can end at once
    socket.bind(listen.port, listen.host);
    await listening;
    socket.on('error', () => {}); // what one datagram met; the next has its own chance
    enlargeBuffer(socket);
    return receiver;
  },
};

class Receiver implements Source, OpenTransport {
  readonly isStream = false;
  readonly #plane: Plane;
  readonly #socket: Socket;
  #sender = '';
  #received = 0;

  constructor(plane: Plane, socket: Socket) {
    this.#plane = plane;
    this.#socket = socket;
    socket.on('message', (message, sender) => this.#answer(message, sender));
  }

  resolverAddress(into: ClientAddress): void {
    const zone = this.#sender.indexOf('%'); // of a link-local address
    const address = parseAddress(zone === -1 ? this.#sender : this.#sender.slice(0, zone));
    if (address !== undefined) into.setAddress(address);
  }

  async drain(): Promise<void> {
    const deadline = performance.now() + DRAIN_MS_MAX;
    for (let quiet = 0, seen = this.#received; quiet < QUIET_TURNS && performance.now() < deadline; ) {
      await setImmediate();
      quiet = this.#received === seen ? quiet + 1 : 0;
      seen = this.#received;
    }
    this.#socket.close();
    await once(this.#socket, 'close');
  }

  #answer(message: Buffer, sender: RemoteInfo): void {
    this.#received++;
    this.#sender = sender.address;
    const { answerer, snapshot } = this.#plane;
    const length = answerer.answer(snapshot, message, message.length, this);
    if (length === 0) return;
    // A copy: the kernel may ask Node.js to try again later, when `out` already holds another answer.
    const response = Buffer.allocUnsafe(length);
    response.set(answerer.out.subarray(0, length));
    this.#socket.send(response, 0, length, sender.port, sender.address, ignore);
  }
}

/** A datagram that can't be sent costs itself alone. */
function ignore(): void {}

/** The kernel may grant less (net.core.rmem_max), and some containers refuse to be asked. */
function enlargeBuffer(socket: Socket): void {
  try {
    socket.setRecvBufferSize(RECEIVE_BUFFER_BYTES);
  } catch {
    // The default size serves as well at lower rates.
  }
}
