import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { isIPv6 } from 'node:net';
import { decodeResponse, encodeQuery } from './dns-client.ts';

/**
 * Asks for an address by a connected socket, as resolvers do: the system gives it nothing but what comes from the very
 * address and port that were asked. Resolves with the answer's addresses.
 */
export async function askConnected(host: string, port: number, name: string): Promise<readonly string[]> {
  const socket = createSocket(isIPv6(host) ? 'udp6' : 'udp4');
  try {
    socket.connect(port, host);
    await once(socket, 'connect');
    socket.send(encodeQuery({ name }));
    const [message] = (await once(socket, 'message', { signal: AbortSignal.timeout(8_000) })) as [Buffer];
    return decodeResponse(message).addresses;
  } finally {
    socket.close();
  }
}
