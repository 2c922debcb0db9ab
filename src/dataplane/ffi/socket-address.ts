import { parseAddress } from '../../net/address.ts';
import { assert } from '../../util/assert.ts';
import { AF, SOCKADDR_IN, SOCKADDR_IN6 } from './abi.ts';
import { Memory } from './memory.ts';

/** A struct sockaddr_in or sockaddr_in6. */
export interface SocketAddress {
  readonly memory: Memory;
  readonly bytes: number;
}

export function socketAddress({ host, port }: { readonly host: string; readonly port: number }): SocketAddress {
  const address = parseAddress(host);
  assert(address !== undefined, 'the control plane hands out literals');
  const layout = address.family === 4 ? SOCKADDR_IN : SOCKADDR_IN6;
  const memory = new Memory(layout.BYTES);
  const { octets } = memory;
  octets[0] = address.family === 4 ? AF.INET : AF.INET6; // the lower octet of two
  octets[layout.PORT] = port >> 8;
  octets[layout.PORT + 1] = port;
  octets.set(address.bytes, layout.ADDRESS);
  return { memory, bytes: layout.BYTES };
}
