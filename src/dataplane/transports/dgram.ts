import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { ClientAddress } from '../answering/client.ts';
import type { Source } from '../answering/source.ts';
import { readAddress } from './address-text.ts';
import { PROXY_READ, ProxyHeader } from './proxy.ts';
import { quiet } from './quiet.ts';
import { copyAddress } from './sender.ts';
import type { OpenTransport, Plane, Transport } from './transport.ts';

/**
 * Queries that the kernel may hold while the worker is busy: 4 MiB are some 5,000 small datagrams, which a worker
 * answers in 50 ms. With more, answers would only come too late, after the client has stopped waiting.
 */
const RECEIVE_BUFFER_BYTES = 4 * 1024 * 1024;

/** Stands for what can't be answered: no query is empty, so it is counted as ignored. */
const NOTHING = Buffer.alloc(0);

/**
 * UDP over node:dgram: works wherever Node.js does. Each worker has a socket of its own on the same port
 * (SO_REUSEPORT).
 */
export const dgram: Transport = {
  async open(plane, listen) {
    const isIpv6 = listen.family === 6;
    const socket = createSocket({
      type: isIpv6 ? 'udp6' : 'udp4',
      reusePort: true,
      ipv6Only: isIpv6,
      // The address to send to is always a literal: this takes no resolver, and no turn of the event loop.
      lookup: (host, _options, done) => done(null, host, listen.family),
    });
    const receiver = new Receiver(plane, socket);
    const listening = once(socket, 'listening'); // rejects on 'error'; asked for first, since a bind can end at once
    socket.bind(listen.port, listen.host);
    await listening;
    socket.on('error', () => {}); // this concerns one datagram only
    enlargeBuffer(socket);
    return receiver;
  },
};

class Receiver implements Source, OpenTransport {
  readonly isStream = false;
  readonly #plane: Plane;
  readonly #socket: Socket;
  readonly #proxied = new ProxyHeader(new ClientAddress());
  #sender = '';
  /** Whether the query in hand came from a proxy, for the client that its header names. */
  #isProxied = false;
  #received = 0;

  constructor(plane: Plane, socket: Socket) {
    this.#plane = plane;
    this.#socket = socket;
    socket.on('message', (message, sender) => this.#answer(message, sender));
  }

  resolverAddress(into: ClientAddress): void {
    if (this.#isProxied) copyAddress(this.#proxied.client, into);
    else readAddress(this.#sender, into);
  }

  /** What follows the header that a proxy puts in front; nothing if it put none. */
  #unwrap(message: Buffer): Buffer {
    const header = this.#proxied;
    readAddress(this.#sender, header.client);
    if (!this.#plane.proxies.has(header.client)) return message;
    if (header.read(message, message.length) !== PROXY_READ.WHOLE) {
      this.#plane.counters.add('proxyHeadersBad');
      return NOTHING;
    }
    this.#isProxied = !header.isLocal;
    return message.subarray(header.bytes);
  }

  async drain(): Promise<void> {
    await quiet(() => this.#received);
    this.#socket.close();
    await once(this.#socket, 'close');
  }

  #answer(message: Buffer, sender: RemoteInfo): void {
    const { answerer, snapshot, proxies, counters } = this.#plane;
    this.#received++;
    counters.add('received');
    counters.add(sender.family === 'IPv4' ? 'udpIpv4' : 'udpIpv6');
    this.#sender = sender.address;
    this.#isProxied = false;
    // There is no port to answer to (RFC 768 allows 0 to senders that want no answer), and Node.js throws on it.
    const query = sender.port === 0 ? NOTHING : proxies.isEmpty ? message : this.#unwrap(message);
    const length = answerer.answer(snapshot, query, query.length, this);
    if (length === 0) return;
    // A copy: the kernel may ask Node.js to try again later, when `out` already holds another answer.
    const response = Buffer.allocUnsafe(length);
    response.set(answerer.out.subarray(0, length));
    this.#socket.send(response, 0, length, sender.port, sender.address, this.#sent);
  }

  /** If an answer can't be sent, only that one is lost. */
  readonly #sent = (error: Error | null): void => this.#plane.counters.add(error === null ? 'sent' : 'sendFailed');
}

/** The kernel may grant less (net.core.rmem_max), and some containers refuse to be asked. */
function enlargeBuffer(socket: Socket): void {
  try {
    socket.setRecvBufferSize(RECEIVE_BUFFER_BYTES);
  } catch {
    // The default size serves as well at lower rates.
  }
}
