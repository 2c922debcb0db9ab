import type { ListenAddress } from '../snapshot/messages.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import type { Answerer } from './answer.ts';

/** What every transport needs of its worker. `snapshot` is read anew for each message: it is swapped between them. */
export interface Plane {
  readonly snapshot: Snapshot;
  readonly answerer: Answerer;
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
