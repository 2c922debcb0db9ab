import type { ListenAddress, OpenSocket } from '../../snapshot/messages.ts';
import { MSG } from '../ffi/abi.ts';
import { Batch } from '../ffi/batch.ts';
import { SystemError } from '../ffi/libc.ts';
import { Poll } from '../ffi/poll.ts';
import { closeSocket, openUdpSocket } from '../ffi/udp-socket.ts';
import { MmsgSocket } from './mmsg.ts';
import type { Plane } from './transport.ts';

/** How long a worker waits for queries before it looks for news anyway. If nobody asks, a stop takes so much longer. */
const WAIT_MS = 50;

/** Called when something was received but not answered yet, or when nothing was received in time. */
export type Look = (isIdle: boolean) => void;

/** A socket that could not be opened, and the operating system's word for why. */
export interface ListenFailure {
  readonly listen: ListenAddress;
  readonly code: string;
}

/** The UDP sockets of a worker that blocks until one of them has something. */
export class MmsgSockets {
  readonly #plane: Plane;
  /** A batch is answered before the next receive, so one for each family is enough. */
  readonly #batches: Readonly<Record<4 | 6, Batch>> = { 4: new Batch(4), 6: new Batch(6) };
  #sockets: readonly MmsgSocket[];
  #poll = new Poll([]);

  constructor(plane: Plane, inherited: readonly OpenSocket[]) {
    this.#plane = plane;
    this.#sockets = inherited.map((open) => this.#serving(open, true));
  }

  get open(): readonly OpenSocket[] {
    return this.#sockets.map(({ open }) => open);
  }

  /**
   * Listens at these addresses: opens what is not open, then drains what is not wanted. If one can't be opened, nothing
   * changes, and the return value says which.
   */
  listen(addresses: readonly ListenAddress[]): ListenFailure | undefined {
    const opened: MmsgSocket[] = [];
    for (const address of addresses) {
      if ([...this.#sockets, ...opened].some(({ open }) => isSame(open, address))) continue;
      try {
        opened.push(this.#serving(openSocket(address), false));
      } catch (error) {
        for (const { open } of opened) closeSocket(open.fd);
        return { listen: address, code: error instanceof SystemError ? error.code : String(error) };
      }
    }
    const isWanted = ({ open }: MmsgSocket): boolean => addresses.some((address) => isSame(open, address));
    const unwanted = this.#sockets.filter((socket) => !isWanted(socket));
    this.#sockets = [...this.#sockets.filter(isWanted), ...opened];
    this.#poll = new Poll(this.open.map(({ fd }) => fd));
    for (const socket of unwanted) socket.drain();
    return undefined;
  }

  /** Waits for datagrams and answers them, once round the sockets. */
  serve(look: Look): void {
    // The usual case, which saves a call: a single socket waits by itself.
    if (this.#sockets.length === 1) {
      serveOne(this.#sockets[0], MSG.WAITFORONE, look);
      return;
    }
    if (this.#poll.wait(WAIT_MS) === 0) {
      look(true);
      return;
    }
    for (let index = 0; index < this.#sockets.length; index++) {
      if (this.#poll.isReady(index)) serveOne(this.#sockets[index], MSG.DONTWAIT, look);
    }
  }

  #serving(open: OpenSocket, isInherited: boolean): MmsgSocket {
    return new MmsgSocket(this.#plane, open, this.#batches[open.family], isInherited);
  }
}

function openSocket({ host, family, port }: ListenAddress): OpenSocket {
  return { host, family, port, fd: openUdpSocket({ host, family, port, receiveTimeoutMs: WAIT_MS }) };
}

function serveOne(socket: MmsgSocket, flags: number, look: Look): void {
  const count = socket.receive(flags);
  look(count === 0);
  socket.answer(count);
}

function isSame(open: OpenSocket, { host, family, port }: ListenAddress): boolean {
  return open.host === host && open.family === family && open.port === port;
}
