import { ROW_BYTES } from './counters.ts';

/** What the workers are told of connections, and of who asks for others. Replaced whole; open connections keep up. */
export interface StreamSettings {
  /** A connection that brings no whole query for this long is closed. */
  readonly idleMs: number;
  /** Connections at a time: of all workers as the control plane says it, of one as its pool deals them out. */
  readonly connectionsMax: number;
  /** Connections at a time from one client network, of all workers together. */
  readonly perNetworkMax: number;
  /** Whoever sends from these networks begins with a PROXY protocol header. */
  readonly proxies: readonly Network[];
  /** What DNS over TLS shows; undefined where it is not served. */
  readonly tls: TlsSettings | undefined;
}

/** Both in PEM; known to go together. */
export interface TlsSettings {
  readonly certificate: string;
  readonly key: string;
}

/** The shape of a Prefix, which this folder must not know. */
export interface Network {
  readonly address: { readonly family: 4 | 6; readonly bytes: Uint8Array };
  readonly length: number;
}

/** What the workers of one pool have in common for their connections. */
export interface SharedStreams {
  /** Connections by client network: a row a worker, which that worker alone writes. */
  readonly networks: SharedArrayBuffer;
  /** So that nobody outside can tell which networks share a place in that table. */
  readonly networkSeed: number;
  /** A row a worker (see counters.ts). */
  readonly counters: SharedArrayBuffer;
  /** With the same keys, a session begun at one worker resumes at any (RFC 5077 section 5.5; RFC 7858 section 3.4). */
  readonly ticketKeys: Uint8Array;
}

/** Places in a row of the table of networks. */
export const NETWORK_SLOTS = 4096;

export function makeSharedStreams(
  workers: number,
  secrets: Pick<SharedStreams, 'networkSeed' | 'ticketKeys'>,
): SharedStreams {
  return {
    ...secrets,
    networks: new SharedArrayBuffer(workers * NETWORK_SLOTS * Uint16Array.BYTES_PER_ELEMENT),
    counters: new SharedArrayBuffer(workers * ROW_BYTES),
  };
}
