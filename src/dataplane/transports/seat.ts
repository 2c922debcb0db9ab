import type { Socket } from 'node:net';
import { ClientAddress } from '../answering/client.ts';
import type { Recent } from './recency.ts';

/** What a seat's connection does, once there is one that answers. */
export interface Occupant {
  /** The client has answers to take, and does not. */
  readonly isBlocked: boolean;
  /** Answers what has come in, then closes. */
  end(): void;
}

/** One connection from its acceptance to its close, as the limits count it. */
export class Seat implements Recent {
  older: Recent | undefined;
  newer: Recent | undefined;
  activeMs = 0;
  /** No longer counted, whatever its socket still does. */
  hasLeft = false;
  /** Its place in the table of networks, once it is counted there. */
  networkSlot: number | undefined;
  /** The client: who is at the other end, or whom a proxy names. */
  readonly client = new ClientAddress();
  readonly #socket: Socket;
  #occupant: Occupant | undefined;
  #patience: NodeJS.Timeout | undefined;

  constructor(socket: Socket) {
    this.#socket = socket;
    socket.once('close', () => clearTimeout(this.#patience));
    socket.once('end', () => {
      if (this.#occupant === undefined) this.destroy(); // it has nothing to wait for
    });
  }

  get isBlocked(): boolean {
    return this.#occupant?.isBlocked ?? false;
  }

  /** Gives it so long to reach the next step; calls `onLate` if it has not. */
  hurry(patienceMs: number, onLate: () => void): void {
    clearTimeout(this.#patience);
    this.#patience = setTimeout(() => {
      onLate();
      this.destroy();
    }, patienceMs);
  }

  /** From now on it answers queries. */
  occupy(occupant: Occupant): void {
    clearTimeout(this.#patience);
    this.#occupant = occupant;
  }

  end(): void {
    if (this.#occupant === undefined) this.destroy();
    else this.#occupant.end();
  }

  destroy(): void {
    this.#socket.destroy();
  }
}
