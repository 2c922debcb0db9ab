import { ROW_BYTES } from './counters.ts';

/**
 * What the workers are told of connections and of proxies. It is replaced as a whole, and also holds for open
 * connections.
 */
export interface StreamSettings {
  /** A connection that brings no whole query for this long is closed. */
  readonly idleMs: number;
  /**
   * Connections at the same time: for all workers in the control plane's settings, for one worker once its pool has
   * divided them.
   */
  readonly connectionsMax: number;
  /** Connections at the same time from one client network, over all workers. */
  readonly perNetworkMax: number;
  /** Senders in these networks must begin with a PROXY protocol header. */
  readonly proxies: readonly Network[];
  /** The certificate for DNS over TLS; undefined if it is not served. */
  readonly tls: TlsSettings | undefined;
}

/** Both in PEM, and checked to belong together. */
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
