import type { Socket } from 'node:net';
import { HEADER_BYTES } from '../../dns/constants.ts';
import type { CounterName } from '../../snapshot/counters.ts';
import type { ClientAddress } from '../answering/client.ts';
import type { Source } from '../answering/source.ts';
import { Inbox, LENGTH_BYTES } from './inbox.ts';
import type { Occupant, Seat } from './seat.ts';
import { copyAddress } from './sender.ts';
import type { LoopPlane } from './transport.ts';

/**
 * Once the kernel has not taken so many octets of answers, further queries wait. It is about the answers to one read of
 * queries.
 */
export const UNSENT_BYTES_MAX = 64 * 1024;

/**
 * Queries answered before the worker's other connections have their turn: less than a tenth of a millisecond. One read
 * may bring thousands, and many such clients would keep all others waiting. A turn costs a round of the event loop and
 * a write, which its queries share.
 */
export const QUERIES_A_TURN = 32;

const NOTHING = new Uint8Array(0);

/** How much of what came was answered. */
const ANSWERED = { ALL: 0, SOME: 1, NOT_DNS: 2 } as const;
type Answered = (typeof ANSWERED)[keyof typeof ANSWERED];

/**
 * DNS over a stream (RFC 7766), encrypted or not: many queries on a connection, each answered as soon as it is
 * complete. If a client does not take its answers, nothing more is read from it. It costs at most UNSENT_BYTES_MAX, one
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
  /** Whether whole queries wait for the connection's next turn. */
  #awaitsTurn = false;

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

  /** How long it may be idle, as the client is told (RFC 7828). */
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
    if (!this.isBlocked && !this.#awaitsTurn) this.#socket.end();
  }

  #take(chunk: Uint8Array): void {
    // What comes after our end is read and dropped, so that the client can close in order.
    if (this.#socket.writableEnded || this.#socket.destroyed) return;
    if (chunk.length > 0) this.#inbox.push(chunk);
    this.#socket.cork(); // the answers to what came together leave together
    const answered = this.#answerSome();
    this.#socket.uncork();
    if (answered === ANSWERED.NOT_DNS) this.#refuse();
    else if (this.isBlocked) this.#socket.pause();
    else if (answered === ANSWERED.SOME) this.#awaitTurn();
    else if (this.#isEnding) this.#socket.end();
    else if (this.#socket.isPaused()) this.#socket.resume();
  }

  /** Answers a turn's worth, while the client takes the answers. */
  #answerSome(): Answered {
    for (let left = QUERIES_A_TURN; left > 0 && !this.isBlocked; left--) {
      const message = this.#inbox.next();
      if (message === undefined) return ANSWERED.ALL;
      // A client that sends this has lost track of where its messages begin, or never spoke DNS.
      if (message.length < HEADER_BYTES) return ANSWERED.NOT_DNS;
      this.#answer(message);
    }
    return ANSWERED.SOME;
  }

  #awaitTurn(): void {
    this.#socket.pause();
    if (this.#awaitsTurn) return;
    this.#awaitsTurn = true;
    setImmediate(this.#onTurn);
  }

  readonly #onTurn = (): void => {
    this.#awaitsTurn = false;
    this.#take(NOTHING);
  };

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
