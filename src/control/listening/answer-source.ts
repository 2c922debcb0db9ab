import { networkInterfaces } from 'node:os';
import { parseAddress } from '../../net/address.ts';
import type { ListenAddress } from '../../snapshot/messages.ts';
import type { Log } from '../log.ts';

/** Of a machine, by interface: os.networkInterfaces(). */
export type Interfaces = ReturnType<typeof networkInterfaces>;

/** A wildcard that is listened at, and the addresses that a query to it may have asked. */
export interface AmbiguousSource {
  readonly listen: ListenAddress;
  readonly addresses: readonly string[];
}

/**
 * Warns if UDP is done by node:dgram, which does not say to which address a query came. The answer then leaves from an
 * address that the system chooses, and a client that asked another one drops it.
 */
export function warnOfAnswerSource(listen: readonly ListenAddress[], log: Log): void {
  for (const { listen: at, addresses } of ambiguousSources(listen, networkInterfaces())) {
    const message = 'answers over UDP may leave from another address than was asked: list each under server.listen';
    log.warn({ listen: at.host, port: at.port, addresses }, message);
  }
}

/** The wildcards over UDP of whose family a machine has several addresses that others may ask. */
export function ambiguousSources(listen: readonly ListenAddress[], interfaces: Interfaces): readonly AmbiguousSource[] {
  return listen
    .filter(({ host, over }) => over.includes('UDP') && (host === '0.0.0.0' || host === '::'))
    .map((at) => ({ listen: at, addresses: addressesOf(at.family, interfaces) }))
    .filter(({ addresses }) => addresses.length > 1);
}

function addressesOf(family: 4 | 6, interfaces: Interfaces): readonly string[] {
  return Object.values(interfaces)
    .flatMap((addresses = []) => addresses)
    .filter(({ internal, address }) => !internal && isOf(family, address))
    .map(({ address }) => address);
}

/** Whether others than neighbours on the link can ask an address. Those neighbours are answered from the right one. */
function isOf(family: 4 | 6, text: string): boolean {
  const address = parseAddress(text);
  if (address?.family !== family) return false;
  const isLinkLocal = family === 6 && address.bytes[0] === 0xfe && (address.bytes[1] & 0xc0) === 0x80;
  return !isLinkLocal;
}
