import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/**
 * Holds a server to so many connections: for one more, that of the longest silence is closed. So whoever opens them all
 * and says nothing keeps nobody out, as a request is over in less time than it takes to open as many again.
 * @param onClosed called for each that is closed so.
 */
export function boundConnections(server: Server, connectionsMax: number, onClosed: () => void): void {
  /** In the order of their last request. */
  const open = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    open.add(socket);
    socket.once('close', () => open.delete(socket));
    if (open.size <= connectionsMax) return;
    const [oldest] = open;
    if (oldest === undefined) return;
    open.delete(oldest);
    oldest.destroy();
    onClosed();
  });
  server.on('request', ({ socket }: IncomingMessage) => {
    // Not one that was closed meanwhile.
    if (open.delete(socket)) open.add(socket);
  });
}

/**
 * Whether a connection has so many requests whose replies wait for those before: they come in faster than memory
 * allows.
 */
export class PipelineBound {
  readonly #waitingMax: number;
  readonly #waiting = new WeakMap<Socket, number>();

  constructor(waitingMax: number) {
    this.#waitingMax = waitingMax;
  }

  /** Counts a request that has just come in; false where it is one too many. */
  admit({ socket }: IncomingMessage, response: ServerResponse): boolean {
    if (response.socket !== null) return true; // none is before it
    const waiting = this.#waiting.get(socket) ?? 0;
    if (waiting >= this.#waitingMax) return false;
    this.#waiting.set(socket, waiting + 1);
    response.once('finish', () => this.#waiting.set(socket, this.#waiting.get(socket)! - 1));
    return true;
  }
}
