import type { Publication } from './snapshot.ts';
import type { SharedStreams } from './streams.ts';

/** What the two planes say to each other: all that they know of each other besides the blocks. */

/** Ways for messages to come in and go out. */
export type TransportName = 'UDP' | 'TCP' | 'TLS';

/** Where a worker listens. */
export interface ListenAddress {
  /** An address literal. */
  readonly host: string;
  readonly family: 4 | 6;
  readonly port: number;
  readonly over: readonly TransportName[];
}

/** What a worker is started with. It opens its sockets when it has its first publication, and not before. */
export interface WorkerStart {
  readonly listen: readonly ListenAddress[];
  /** Which of its pool's workers it is: its row in what they share. */
  readonly index: number;
  /** For its random numbers. */
  readonly seed: number;
  readonly shared: SharedStreams;
}

export type ToWorker =
  | { readonly kind: 'publish'; readonly publication: Publication }
  /** Answer what is in flight, then end. */
  | { readonly kind: 'stop' };

export type FromWorker =
  /** Sockets are open: queries are answered. */
  | { readonly kind: 'ready' }
  /** A socket could not be opened; the worker ends. `code` as the operating system says it (EADDRINUSE). */
  | {
      readonly kind: 'failed';
      readonly listen: ListenAddress;
      readonly transport: TransportName;
      readonly code: string;
    };
