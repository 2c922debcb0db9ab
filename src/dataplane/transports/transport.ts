import type { ListenAddress } from '../../snapshot/messages.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import type { Answerer } from '../answering/answer.ts';
import type { BatchClock } from '../answering/batch-clock.ts';
import type { QueryLog } from '../answering/query-log.ts';
import type { Counters } from '../counters.ts';
import type { Proxies } from './proxies.ts';
import type { Streams } from './streams.ts';

/** What every transport needs of its worker. */
export interface Plane {
  readonly snapshot: Snapshot;
  readonly answerer: Answerer;
  readonly proxies: Proxies;
  readonly counters: Counters;
  /** Undefined: queries are not recorded. */
  readonly queryLog?: QueryLog;
  /** Transports tell it that a batch begins. */
  readonly clock?: BatchClock;
}

/** What transports in an event loop need in addition. */
export interface LoopPlane extends Plane {
  readonly streams: Streams;
  /** Lets a TLS session resume at any worker. */
  readonly ticketKeys: Uint8Array;
}

/** One way for messages to come in and go out, in an event loop. */
export interface Transport {
  /** Opens the socket. Rejects with the operating system's error. */
  open(plane: LoopPlane, listen: ListenAddress): Promise<OpenTransport>;
}

export interface OpenTransport {
  /** Takes nothing new, answers what has come in, then closes. Bounded in time. */
  drain(): Promise<void>;
}
