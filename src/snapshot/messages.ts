import type { Publication } from './snapshot.ts';
import type { SharedStreams } from './streams.ts';

/** What the two planes say to each other: all that they know of each other besides the blocks. */

/** Ways for messages to come in and go out. */
export type TransportName = 'UDP' | 'TCP' | 'TLS';

/**
 * How UDP is served. mmsg: separate threads block in recvmmsg and answer in batches (Linux). dgram: node:dgram, in the
 * same thread as the connections, wherever Node.js runs.
 */
export type UdpTransport = 'mmsg' | 'dgram';

/** Where a worker listens. */
export interface ListenAddress {
  /** An address literal. */
  readonly host: string;
  readonly family: 4 | 6;
  readonly port: number;
  readonly over: readonly TransportName[];
}

/** A UDP socket of a worker. Its descriptor belongs to the process, so it outlives the thread that opened it. */
export interface OpenSocket {
  readonly host: string;
  readonly family: 4 | 6;
  readonly port: number;
  readonly fd: number;
}

/** What a worker is started with. It opens its sockets when it has its first publication, and not before. */
export interface WorkerStart {
  readonly listen: readonly ListenAddress[];
  /** Which of its pool's workers it is: its row in what they share. */
  readonly index: number;
  /** For its random numbers. */
  readonly seed: number;
  readonly shared: SharedStreams;
  /** One Int32 that counts up with every message. A worker that blocks in a receive looks at it after each receive. */
  readonly news: SharedArrayBuffer;
  /** Sockets of a worker that died. This worker goes on serving them, with what is in their queues. */
  readonly inherited: readonly OpenSocket[];
  /** The one processor that it may run on; undefined: any. */
  readonly cpu: number | undefined;
}

export type ToWorker =
  | { readonly kind: 'publish'; readonly publication: Publication }
  /**
   * Listen there. Sockets whose address stays are kept; the others are drained and closed. The replies are those to the
   * start.
   */
  | { readonly kind: 'listen'; readonly listen: readonly ListenAddress[] }
  /** Answer what is in flight, then end. */
  | { readonly kind: 'stop' };

export type FromWorker =
  /** Sockets are open: queries are answered. `sockets` are those that can be inherited. */
  | { readonly kind: 'ready'; readonly sockets: readonly OpenSocket[] }
  /**
   * A socket could not be opened: it listens where it did before. `code` as the operating system says it (EADDRINUSE).
   */
  | {
      readonly kind: 'failed';
      readonly listen: ListenAddress;
      readonly transport: TransportName;
      readonly code: string;
    }
  /** This machine can't do what the worker is for; it ends. */
  | { readonly kind: 'unfit'; readonly reason: string };
