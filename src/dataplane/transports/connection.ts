import type { Socket } from 'node:net';
import { HEADER_BYTES } from '../../dns/constants.ts';
import type { CounterName } from '../../snapshot/counters.ts';
import type { ClientAddress } from '../answering/client.ts';
import type { Source } from '../answering/source.ts';
import { Inbox, LENGTH_BYTES } from './inbox.ts';
import type { Occupant, Seat } from './seat.ts';
import { copyAddress } from './sender.ts';
import type { LoopPlane } from './transport.ts';

/** Octets to write that the kernel has not taken, from which on further queries wait: the answers to a read of queries. */
export const UNSENT_BYTES_MAX = 64 * 1024;

const NOTHING = new Uint8Array(0);

/**
 * DNS over a stream (RFC 7766), encrypted or not: many queries a connection, each answered as soon as it is there
 * whole. A client that does not take its answers is not read from; what it costs is bounded by UNSENT_BYTES_MAX, one
 * answer, and what one read gives.
 */
export class Connection implements Source, Occupant {
  readonly isStream = true;
  readonly isEncrypted: boolean;
  readonly #plane: LoopPlane;
  readonly #socket: Socket;
  readonly #seat: Seat;
  readonly #channel: CounterName;
  readonly #inbox = new Inbox();
  #isEnding = false;

  constructor(plane: LoopPlane, socket: Socket, seat: Seat, isEncrypted: boolean) {
    this.#plane = plane;
    this.#socket = socket;
    this.#seat = seat;
    this.isEncrypted = isEncrypted;
    const isIpv4 = socket.remoteFamily === 'IPv4';
    if (isEncrypted) this.#channel = isIpv4 ? 'tlsIpv4' : 'tlsIpv6';
    else this.#channel = isIpv4 ? 'tcpIpv4' : 'tcpIpv6';
    seat.occupy(this);
    socket.on('data', (chunk: Buffer) => this.#take(chunk));
    socket.on('drain', () => this.#take(NOTHING));
    socket.on('end', () => this.end());
    socket.on('error', () => {}); // a reset is the client's way to leave; 'close' follows
  }

  /** How long it may be without a query, for the client to know (RFC 7828). */
  get idleMs(): number {
    return this.#plane.streams.settings.idleMs;
  }

  get isBlocked(): boolean {
    return this.#socket.writableNeedDrain;
  }

  resolverAddress(into: ClientAddress): void {
    copyAddress(this.#seat.client, into);
  }

  end(): void {
    this.#isEnding = true;
    if (!this.isBlocked) this.#socket.end();
  }

  #take(chunk: Uint8Array): void {
    // What comes after our last word is read, so that the client may end in order, and dropped.
    if (this.#socket.writableEnded) return;
    this.#inbox.push(chunk);
    this.#socket.cork(); // the answers to what came together leave together
    const isDns = this.#answerAll();
    this.#socket.uncork();
    if (!isDns) this.#refuse();
    else if (this.isBlocked) this.#socket.pause();
    else if (this.#isEnding) this.#socket.end();
    else if (this.#socket.isPaused()) this.#socket.resume();
  }

  /** Answers while the client takes the answers. Returns false where what comes can't be DNS. */
  #answerAll(): boolean {
    while (!this.isBlocked) {
      const message = this.#inbox.next();
      if (message === undefined) return true;
      // Who sends such a thing has lost the beginning of its messages, or never spoke DNS.
      if (message.length < HEADER_BYTES) return false;
      this.#answer(message);
    }
    return true;
  }

  #answer(message: Uint8Array): void {
    const { answerer, snapshot, streams, counters } = this.#plane;
    streams.touch(this.#seat);
    counters.add(this.#channel);
    const length = answerer.answer(snapshot, message, message.length, this);
    if (length === 0) return;
    const response = Buffer.allocUnsafe(LENGTH_BYTES + length);
    response.writeUInt16BE(length);
    response.set(answerer.out.subarray(0, length), LENGTH_BYTES);
    this.#socket.write(response);
  }

  #refuse(): void {
    this.#plane.counters.add('closedMalformed');
    this.#socket.destroySoon(); // with the answers to what came before
  }
}
