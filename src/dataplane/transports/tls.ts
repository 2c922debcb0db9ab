import type { Socket } from 'node:net';
import { createServer, type Server } from 'node:tls';
import type { TlsSettings } from '../../snapshot/streams.ts';
import { Connection } from './connection.ts';
import { GREETING_MS, Listener } from './listener.ts';
import type { Seat } from './seat.ts';
import type { LoopPlane, Transport } from './transport.ts';

/** DNS over TLS (RFC 7858): connections that agree on keys, and then are like those over TCP. */
export const tls: Transport = {
  open(plane, listen) {
    const handshakes = new Handshakes(plane);
    return Listener.open(plane, listen, (socket, seat) => handshakes.begin(socket, seat));
  },
};

/**
 * A TLS server without a socket of its own. It gets a connection once its client is known, since a PROXY protocol
 * header comes before the handshake.
 */
class Handshakes {
  readonly #plane: LoopPlane;
  readonly #server: Server;
  /** Handshakes under way, by the other end's address and port, which the secure socket knows, too. */
  readonly #seats = new Map<string, Seat>();
  #certificate: TlsSettings | undefined;

  constructor(plane: LoopPlane) {
    this.#plane = plane;
    this.#certificate = plane.streams.settings.tls;
    this.#server = createServer({
      ...pemOf(this.#certificate),
      ticketKeys: Buffer.from(plane.ticketKeys),
      // RFC 8310 section 8.2 and RFC 9325 section 3.1.1: nothing older. Who offers other protocols than DNS is refused.
      minVersion: 'TLSv1.2',
      ALPNProtocols: ['dot'],
      handshakeTimeout: 2 * GREETING_MS, // the seat's own patience comes first
    });
    this.#server.on('secureConnection', (socket) => this.#occupy(socket));
    this.#server.on('tlsClientError', (_error, socket) => {
      this.#plane.counters.add('handshakesFailed');
      socket.destroy();
    });
    plane.streams.on('changed', () => this.#renew(plane.streams.settings.tls));
  }

  begin(socket: Socket, seat: Seat): void {
    const end = endOf(socket);
    this.#seats.set(end, seat);
    socket.once('close', () => this.#forget(end, seat));
    // The socket is destroyed, and 'tlsClientError' reports it.
    seat.hurry(GREETING_MS, () => {});
    this.#server.emit('connection', socket);
  }

  #occupy(socket: Socket): void {
    const seat = this.#seats.get(endOf(socket));
    if (seat === undefined) {
      socket.destroy(); // it left on the last step
      return;
    }
    this.#forget(endOf(socket), seat);
    new Connection(this.#plane, socket, seat, true);
  }

  /** By now, the same address and port may belong to another connection. */
  #forget(end: string, seat: Seat): void {
    if (this.#seats.get(end) === seat) this.#seats.delete(end);
  }

  /** Handshakes from now on show the new certificate; connections that are open go on as they are. */
  #renew(certificate: TlsSettings | undefined): void {
    const isSame =
      certificate?.certificate === this.#certificate?.certificate && certificate?.key === this.#certificate?.key;
    if (certificate === undefined || isSame) return;
    try {
      this.#server.setSecureContext({ ...pemOf(certificate), minVersion: 'TLSv1.2' });
      this.#certificate = certificate;
    } catch {
      this.#plane.counters.add('certificatesRefused'); // the one before goes on
    }
  }
}

function pemOf(tls: TlsSettings | undefined): { cert?: string; key?: string } {
  return tls === undefined ? {} : { cert: tls.certificate, key: tls.key };
}

function endOf(socket: Socket): string {
  return `${socket.remoteAddress} ${socket.remotePort}`;
}
