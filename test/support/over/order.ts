import type { MessagePort } from 'node:worker_threads';
import type { Blocks } from '../../../src/compile/world.ts';
import type { UdpTransport } from '../../../src/snapshot/messages.ts';

/** Over what a query goes. */
export type Channel = 'UDP' | 'TCP' | 'TLS';

/** One query for real workers, and what they are to serve when it comes. */
export interface Order {
  /** Of the blocks that are to be served: another number, other blocks. */
  readonly world: number;
  readonly blocks: Blocks;
  /** What the workers' clocks show. */
  readonly nowMs: number;
  readonly channel: Channel;
  /** For whom it is asked. */
  readonly from: string;
  readonly octets: Uint8Array;
}

/** What became of it; `response` is undefined where none came. */
export type Outcome = { readonly response: Uint8Array | undefined } | { readonly error: string };

/** What the thread that asks is started with. */
export interface AskingStart {
  readonly udp: UdpTransport;
  /** Orders come in by it, outcomes go out. */
  readonly port: MessagePort;
  /** One Int32 that turns 1 with each outcome: whoever waits for it has no event loop meanwhile. */
  readonly signal: SharedArrayBuffer;
}
