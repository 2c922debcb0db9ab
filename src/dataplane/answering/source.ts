import type { ClientAddress } from './client.ts';

/** Where a query came from. */
export interface Source {
  /** Whether it came over a stream, where size does not matter. */
  readonly isStream: boolean;
  /** Whether nobody in between can read it. */
  readonly isEncrypted?: boolean;
  /** How long its connection may be idle, as the client is told (RFC 7828); undefined if there is none. */
  readonly idleMs?: number;
  /**
   * Puts the sender's address into `into`. Called only if an answer depends on it: some transports must parse text for
   * it.
   */
  resolverAddress(into: ClientAddress): void;
}
