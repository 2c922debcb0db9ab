import type { Over } from './over/network.ts';

/** How a query comes in. Where `isStream` is not said it may come over anything: over UDP, if the suite is not told else. */
export interface Way {
  /** The resolver's address. */
  readonly from?: string;
  /** False: this holds of datagrams alone. */
  readonly isStream?: boolean;
  readonly isEncrypted?: boolean;
  readonly idleMs?: number;
}

/** What holds of datagrams alone: a size that must not be passed, a sender of whom nothing is certain. */
export const UDP_ONLY = { isStream: false } as const satisfies Way;

/** Who asks, where nobody is named. */
export const CLIENT = '192.0.2.1';

/**
 * What the conformance suite goes over, by the environment's CONFORMANCE_OVER: real workers and their sockets; undefined:
 * no sockets, in this process.
 */
export const OVER = process.env.CONFORMANCE_OVER as Over | undefined;
