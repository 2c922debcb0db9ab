import type { IncomingMessage, Server } from 'node:http';
import type { Socket } from 'node:net';

/**
 * Holds a server to so many connections: for one more, that of the longest silence is closed. So whoever opens them all and
 * says nothing keeps nobody out, as a request is over in less time than it takes to open as many again.
 */
export function boundConnections(server: Server, connectionsMax: number): void {
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
  });
  server.on('request', ({ socket }: IncomingMessage) => {
    // Not one that was closed meanwhile.
    if (open.delete(socket)) open.add(socket);
  });
}
