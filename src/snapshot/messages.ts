import type { Publication } from './snapshot.ts';

/** What the two planes say to each other: all that they know of each other besides the blocks. */

/** Where a worker listens, for UDP and TCP alike. */
export interface ListenAddress {
  /** An address literal. */
  readonly host: string;
  readonly family: 4 | 6;
  readonly port: number;
}

/** What a worker is started with. It opens its sockets when it has its first publication, and not before. */
export interface WorkerStart {
  readonly listen: readonly ListenAddress[];
  /** For its random numbers. */
  readonly seed: number;
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
      readonly transport: 'UDP' | 'TCP';
      readonly code: string;
    };
