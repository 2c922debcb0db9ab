/**
 * What workers count: a row of doubles each, that no other writes, and that the control plane reads at its leisure. They
 * count up from the start of the pool; a worker that takes the place of one that died goes on in its row.
 *
 *   numbers by COUNTER | answers by type and response code | how long answers took, by powers of two
 */

/** Single numbers, by their place in a row. */
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
  /** Datagrams that came. */
  received: 9,
  /** Datagrams that the kernel dropped, since its queue for us was full. Known for mmsg alone. */
  receiveDropped: 10,
  /** Datagrams too long for the room there is, none of which could be a query. Known for mmsg alone. */
  datagramsTooLong: 11,
  /** Answers that went out in datagrams. */
  sent: 12,
  /** Answers that could not be sent: each lost itself alone. */
  sendFailed: 13,
  /** Messages that came, by what brought them and the family that it runs over. */
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
  /** Nanoseconds that the answers took that were timed. */
  timedNs: 25,
} as const;
export type CounterName = keyof typeof COUNTER;

/** The types that are counted apart; all others are one more. A, NS, CNAME, SOA, PTR, MX, TXT, AAAA, SRV, NAPTR, DS, DNSKEY, SVCB, HTTPS, ANY and CAA. */
export const COUNTED_TYPES: readonly number[] = [1, 2, 5, 6, 12, 15, 16, 28, 33, 35, 43, 48, 64, 65, 255, 257];

/** Response codes that there are, with room: BADCOOKIE is 23. */
export const COUNTED_RCODES = 24;

/** Answers that took below 2^6, 2^7 ... 2^21 ns; one more place is for longer ones. */
export const LATENCY_BITS_MIN = 6;
export const LATENCY_BUCKETS = 17;

/** Where in a row the answers begin, and the latencies. */
export const ANSWERS_AT = Object.keys(COUNTER).length;
export const LATENCY_AT = ANSWERS_AT + (COUNTED_TYPES.length + 1) * COUNTED_RCODES;
const CELLS = LATENCY_AT + LATENCY_BUCKETS;

/** Whole cache lines, so that no worker's counting slows another's down. */
const CELLS_A_LINE = 8;
export const ROW_CELLS = Math.ceil(CELLS / CELLS_A_LINE) * CELLS_A_LINE;
export const ROW_BYTES = ROW_CELLS * Float64Array.BYTES_PER_ELEMENT;

/** What the workers of a pool have counted of queries and their answers since its start. */
export interface QueryCounts {
  readonly answers: readonly AnswerCount[];
  readonly latency: LatencyCounts;
}

/** Answers that were sent; those that there were none of are left out. */
export interface AnswerCount {
  /** Undefined: none of COUNTED_TYPES, or no question that could be read. */
  readonly type: number | undefined;
  readonly rcode: number;
  readonly count: number;
}

/** How long it took to make an answer of a query, of one in so many: the calls that bring and send them are not in it. */
export interface LatencyCounts {
  /** Upper bounds of all buckets but the last, which has none. */
  readonly boundsNs: readonly number[];
  /** One more than bounds; each counts what no bucket before it does. */
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
