import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { type ConnectionOptions, connect, type TLSSocket } from 'node:tls';
import { TcpClient } from './dns-client.ts';

function pem(name: string): string {
  return readFileSync(new URL(`tls/${name}`, import.meta.url), 'utf8');
}

/** A certificate for dot.test, signed by itself, and its key. */
export const DOT_PAIR = { certificate: pem('dot.test.crt'), key: pem('dot.test.key') };

/** Another pair, for probe.test. */
export const PROBE_PAIR = { certificate: pem('probe.test.crt'), key: pem('probe.test.key') };

export interface TlsClient {
  readonly client: TcpClient;
  readonly socket: TLSSocket;
}

/** A connection with DNS over TLS (RFC 7858); rejects where the handshake fails. It trusts whatever it is shown. */
export async function openTls(port: number, options: ConnectionOptions = {}): Promise<TlsClient> {
  const socket = connect({ port, host: '127.0.0.1', rejectUnauthorized: false, ALPNProtocols: ['dot'], ...options });
  await once(socket, 'secureConnect');
  return { client: TcpClient.over(socket), socket };
}

/** Whose certificate the server showed. */
export function shownName(socket: TLSSocket): string {
  return String(socket.getPeerCertificate().subject.CN);
}
