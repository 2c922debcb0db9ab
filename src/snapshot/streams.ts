/** What the workers are told of connections, and of who asks for others. Replaced whole; open connections keep up. */
export interface StreamSettings {
  /** A connection that brings no whole query for this long is closed. */
  readonly idleMs: number;
  /** Connections at a time, of one worker. */
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
  /** A row a worker of the numbers of `COUNTER`. */
  readonly counters: SharedArrayBuffer;
  /** With the same keys, a session begun at one worker resumes at any (RFC 5077 section 5.5; RFC 7858 section 3.4). */
  readonly ticketKeys: Uint8Array;
}

/** Places in a row of the table of networks. */
export const NETWORK_SLOTS = 4096;

/** What transports count, by its place in a row of doubles. */
export const COUNTER = {
  connections: 0,
  /** Idle longest when the bound on all connections was reached, and closed for the newest. */
  closedForNewer: 1,
  /** More than one client network may have. */
  refusedByNetwork: 2,
  closedIdle: 3,
  /** The client did not take its answers. */
  closedUnread: 4,
  /** What came can't be DNS. */
  closedMalformed: 5,
  /** TLS that failed or took too long. */
  handshakesFailed: 6,
  /** A proxy's connection or datagram without a header that can be used. */
  proxyHeadersBad: 7,
  /** A certificate that the control plane found good, and the worker could not use. */
  certificatesRefused: 8,
} as const;
export type CounterName = keyof typeof COUNTER;

export const COUNTERS = Object.keys(COUNTER).length;
const COUNTER_BYTES = Float64Array.BYTES_PER_ELEMENT;

export function makeSharedStreams(
  workers: number,
  secrets: Pick<SharedStreams, 'networkSeed' | 'ticketKeys'>,
): SharedStreams {
  return {
    ...secrets,
    networks: new SharedArrayBuffer(workers * NETWORK_SLOTS * Uint16Array.BYTES_PER_ELEMENT),
    counters: new SharedArrayBuffer(workers * COUNTERS * COUNTER_BYTES),
  };
}

/** The counters of all workers together. */
export function sumCounters(shared: SharedStreams): Record<CounterName, number> {
  const rows = new Float64Array(shared.counters);
  const sum = (first: number): number => {
    let total = 0;
    for (let at = first; at < rows.length; at += COUNTERS) total += rows[at];
    return total;
  };
  const names = Object.keys(COUNTER) as CounterName[];
  return Object.fromEntries(names.map((name) => [name, sum(COUNTER[name])])) as Record<CounterName, number>;
}
