/**
 * What workers count. Each worker has a row of doubles that no other worker writes; the control plane reads it when it
 * likes. The numbers count up from the start of the pool. A worker that replaces a dead one goes on in its row.
 *
 *   numbers by COUNTER | answers by type and response code | how long answers took, by powers of two
 */

/** Single numbers, by their place in a row. */
export const COUNTER = {
  connections: 0,
  /** Connections closed for a newer one: the limit on all was reached, and these were idle longest. */
  closedForNewer: 1,
  /** Connections refused, since their client network had as many as it may have. */
  refusedByNetwork: 2,
  closedIdle: 3,
  /** Connections whose client did not take its answers. */
  closedUnread: 4,
  /** Connections that brought what can't be DNS. */
  closedMalformed: 5,
  /** TLS handshakes that failed or took too long. */
  handshakesFailed: 6,
  /** Connections and datagrams of a proxy without a usable header. */
  proxyHeadersBad: 7,
  /** Certificates that the control plane found good, but the worker could not use. */
  certificatesRefused: 8,
  /** Datagrams received. */
  received: 9,
  /** Datagrams that the kernel dropped because its queue for us was full. Known only with mmsg. */
  receiveDropped: 10,
  /** Datagrams longer than our buffer, none of which could be a query. Known only with mmsg. */
  datagramsTooLong: 11,
  /** Answers sent in datagrams. */
  sent: 12,
  /** Answers that could not be sent. Each failure costs only that answer. */
  sendFailed: 13,
  /** Messages received, by transport and address family. */
  udpIpv4: 14,
  udpIpv6: 15,
  tcpIpv4: 16,
  tcpIpv6: 17,
  tlsIpv4: 18,
  tlsIpv6: 19,
  /** Messages that can't be answered: too short, or answers themselves. */
  ignored: 20,
  /** Answers to queries with a Client Subnet option (RFC 7871). */
  withSubnet: 21,
  /** Answers with TC. */
  truncated: 22,
  /** Answers over the rate limit: sent empty, or not at all. */
  limitedSlipped: 23,
  limitedDropped: 24,
  /** Nanoseconds that the timed answers took. */
  timedNs: 25,
} as const;
export type CounterName = keyof typeof COUNTER;

/**
 * The types that are counted separately; all others are counted together. A, NS, CNAME, SOA, PTR, MX, TXT, AAAA, SRV,
 * NAPTR, DS, DNSKEY, SVCB, HTTPS, ANY and CAA.
 */
export const COUNTED_TYPES: readonly number[] = [1, 2, 5, 6, 12, 15, 16, 28, 33, 35, 43, 48, 64, 65, 255, 257];

/** Response codes that are counted: from 0 to BADCOOKIE, which is 23. */
export const COUNTED_RCODES = 24;

/** Answers that took less than 2^6, 2^7 ... 2^21 ns; one more place is for longer ones. */
export const LATENCY_BITS_MIN = 6;
export const LATENCY_BUCKETS = 17;

/** Where in a row the answers begin, and the latencies. */
export const ANSWERS_AT = Object.keys(COUNTER).length;
export const LATENCY_AT = ANSWERS_AT + (COUNTED_TYPES.length + 1) * COUNTED_RCODES;
const CELLS = LATENCY_AT + LATENCY_BUCKETS;

/** A row fills whole cache lines, so that workers do not slow each other down. */
const CELLS_A_LINE = 8;
export const ROW_CELLS = Math.ceil(CELLS / CELLS_A_LINE) * CELLS_A_LINE;
export const ROW_BYTES = ROW_CELLS * Float64Array.BYTES_PER_ELEMENT;

/** What the workers of a pool have counted of queries and their answers since its start. */
export interface QueryCounts {
  readonly answers: readonly AnswerCount[];
  readonly latency: LatencyCounts;
}

/** Answers of one kind that were sent. Kinds without any are left out. */
export interface AnswerCount {
  /** Undefined: none of COUNTED_TYPES, or no question that could be read. */
  readonly type: number | undefined;
  readonly rcode: number;
  readonly count: number;
}

/** How long it took to make answers, measured for one query in so many. Receiving and sending are not included. */
export interface LatencyCounts {
  /** Upper bounds of all buckets but the last, which has none. */
  readonly boundsNs: readonly number[];
  /** One more than bounds. Each counts what no bucket before it counts. */
  readonly counts: readonly number[];
  readonly sumNs: number;
}

/** The single numbers of all workers together. */
export function sumCounters(counters: SharedArrayBuffer): Record<CounterName, number> {
  const rows = new Float64Array(counters);
  const names = Object.keys(COUNTER) as CounterName[];
  return Object.fromEntries(names.map((name) => [name, sumOf(rows, COUNTER[name])])) as Record<CounterName, number>;
}

/** The rest of the rows, of all workers together. */
export function sumQueryCounts(counters: SharedArrayBuffer): QueryCounts {
  const rows = new Float64Array(counters);
  const answers = [...COUNTED_TYPES, undefined].flatMap((type, index) =>
    Array.from({ length: COUNTED_RCODES }, (_, rcode) => {
      return { type, rcode, count: sumOf(rows, ANSWERS_AT + index * COUNTED_RCODES + rcode) };
    }),
  );
  return {
    answers: answers.filter(({ count }) => count > 0),
    latency: {
      boundsNs: Array.from({ length: LATENCY_BUCKETS - 1 }, (_, index) => 2 ** (LATENCY_BITS_MIN + index)),
      counts: Array.from({ length: LATENCY_BUCKETS }, (_, index) => sumOf(rows, LATENCY_AT + index)),
      sumNs: sumOf(rows, COUNTER.timedNs),
    },
  };
}

function sumOf(rows: Float64Array, first: number): number {
  let sum = 0;
  for (let at = first; at < rows.length; at += ROW_CELLS) sum += rows[at];
  return sum;
}
