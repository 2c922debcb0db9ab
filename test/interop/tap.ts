import { createSocket, type RemoteInfo, type Socket as UdpSocket } from 'node:dgram';
import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { freePort } from '../support/aya.ts';
import { type Message, readMessage } from '../support/message.ts';

/** A response as it went by. */
export interface Seen extends Message {
  readonly isStream: boolean;
}

/**
 * Sits between a resolver and Aya, passes on every message, and notes each response: what the resolver asked, in which
 * case, with which options, and how often. Reading it is a test by itself: readMessage throws at what is malformed.
 */
export class Tap implements AsyncDisposable {
  readonly port: number;
  readonly seen: Seen[] = [];
  /** Responses that could not be read, and why. */
  readonly unreadable: string[] = [];
  readonly #target: number;
  readonly #udp: UdpSocket;
  readonly #tcp: Server;
  readonly #sockets = new Set<UdpSocket | Socket>();

  private constructor(port: number, target: number) {
    this.port = port;
    this.#target = target;
    this.#udp = createSocket('udp4').on('message', (query, from) => this.#relay(query, from));
    this.#tcp = createServer((client) => this.#pipe(client));
  }

  /** @param target the port of 127.0.0.1 that everything goes to. */
  static async open(target: number): Promise<Tap> {
    const tap = new Tap(await freePort(), target);
    tap.#udp.bind(tap.port, '127.0.0.1');
    tap.#tcp.listen(tap.port, '127.0.0.1');
    await Promise.all([once(tap.#udp, 'listening'), once(tap.#tcp, 'listening')]);
    return tap;
  }

  /** What was asked of a name, in whatever case. */
  of(name: string): readonly Seen[] {
    return this.seen.filter(({ question }) => question.toLowerCase().startsWith(`${name}. `));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#udp.close();
    this.#tcp.close();
    for (const socket of this.#sockets) {
      if ('destroy' in socket) socket.destroy();
      else socket.close();
    }
    await once(this.#tcp, 'close');
  }

  /** One socket a query, so that whatever comes back on it goes to whoever asked. */
  #relay(query: Buffer, from: RemoteInfo): void {
    const socket = createSocket('udp4');
    this.#sockets.add(socket);
    socket.once('message', (response) => {
      this.#note(response, false);
      this.#udp.send(response, from.port, from.address);
      this.#sockets.delete(socket);
      socket.close();
    });
    socket.send(query, this.#target, '127.0.0.1');
  }

  #pipe(client: Socket): void {
    const server = connect(this.#target, '127.0.0.1');
    let unread: Buffer = Buffer.alloc(0);
    server.on('data', (chunk) => {
      unread = Buffer.concat([unread, chunk]);
      while (unread.length >= 2 && unread.length >= 2 + unread.readUInt16BE()) {
        const end = 2 + unread.readUInt16BE();
        this.#note(unread.subarray(2, end), true);
        unread = unread.subarray(end);
      }
    });
    for (const [socket, other] of [
      [client, server],
      [server, client],
    ]) {
      this.#sockets.add(socket);
      socket.on('error', () => {}); // either side may hang up as it likes
      socket.once('close', () => {
        this.#sockets.delete(socket);
        other.destroy();
      });
      socket.pipe(other);
    }
  }

  #note(response: Buffer, isStream: boolean): void {
    try {
      this.seen.push({ ...readMessage(response), isStream });
    } catch (error) {
      this.unreadable.push(`${error}: ${response.toString('hex')}`);
    }
  }
}
