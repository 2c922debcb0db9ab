import type { ServerConfig } from '../config/config.ts';
import { formatAddress, type HostPort } from '../net/address.ts';
import type { ListenAddress, TransportName } from '../snapshot/messages.ts';
import type { StreamSettings } from '../snapshot/streams.ts';

/** What workers are told of `server.tcp`, `server.tls` and `server.proxyProtocol`. */
export function streamSettings({ tcp, tls, proxyProtocol }: ServerConfig): StreamSettings {
  return {
    idleMs: tcp.idleMs,
    connectionsMax: tcp.connections,
    perNetworkMax: tcp.perNetwork,
    proxies: proxyProtocol,
    tls: tls && { certificate: tls.certificate, key: tls.key },
  };
}

export function listenAddresses({ listen, tls }: ServerConfig): readonly ListenAddress[] {
  return [
    ...listen.map((address) => listenAddress(address, ['UDP', 'TCP'])),
    ...(tls?.listen ?? []).map((address) => listenAddress(address, ['TLS'])),
  ];
}

/** The same for a person to read. */
export function listenTexts(server: ServerConfig): readonly string[] {
  return listenAddresses(server).map(
    ({ host, port, over }) => `${host} port ${port}${over.includes('TLS') ? ' over TLS' : ''}`,
  );
}

function listenAddress({ address, port }: HostPort, over: readonly TransportName[]): ListenAddress {
  return { host: formatAddress(address), family: address.family, port, over };
}
