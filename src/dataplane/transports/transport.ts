import type { ListenAddress } from '../../snapshot/messages.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import type { Answerer } from '../answering/answer.ts';
import type { Counters } from '../counters.ts';
import type { Proxies } from './proxies.ts';
import type { Streams } from './streams.ts';

/** What every transport needs of its worker. `snapshot` is read anew for each message: it is swapped between them. */
export interface Plane {
  readonly snapshot: Snapshot;
  readonly answerer: Answerer;
  readonly streams: Streams;
  readonly proxies: Proxies;
  readonly counters: Counters;
  /** For TLS sessions that resume at any worker. */
  readonly ticketKeys: Uint8Array;
}

/** One way for messages to come in and go out. */
export interface Transport {
  /** Opens the socket. Rejects with the operating system's error. */
  open(plane: Plane, listen: ListenAddress): Promise<OpenTransport>;
}

export interface OpenTransport {
  /** Takes nothing new, answers what has come in, then closes. Bounded in time. */
  drain(): Promise<void>;
}
