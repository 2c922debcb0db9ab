import type { Socket } from 'node:net';
import { PROXY_FIXED_BYTES, PROXY_READ, type ProxyHeader } from './proxy.ts';

/**
 * Reads the PROXY protocol header that a connection begins with, and not an octet more: what follows (perhaps TLS) is
 * left in the socket for the next reader. Calls back once, with whether the header is good; not at all if the
 * connection ends before that.
 */
export function readProxyHeader(socket: Socket, header: ProxyHeader, done: (isGood: boolean) => void): void {
  let octets = Buffer.alloc(0);
  let wantedBytes = PROXY_FIXED_BYTES;
  const onReadable = (): void => {
    for (;;) {
      const more = socket.read(wantedBytes - octets.length) as Buffer | null;
      if (more === null) return;
      octets = Buffer.concat([octets, more]);
      const read = header.read(octets, octets.length);
      wantedBytes = header.bytes;
      if (read === PROXY_READ.PARTIAL) continue;
      socket.off('readable', onReadable);
      done(read === PROXY_READ.WHOLE);
      return;
    }
  };
  socket.on('readable', onReadable);
}
