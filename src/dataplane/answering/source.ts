import type { ClientAddress } from './client.ts';

/** Where a query came from. */
export interface Source {
  /** Whether it came over a stream: size is no concern then. */
  readonly isStream: boolean;
  /** Whether nobody in between can read it. */
  readonly isEncrypted?: boolean;
  /** How long its connection may be without a query, for the client to know (RFC 7828); undefined where there is none. */
  readonly idleMs?: number;
  /** Puts the sender's address in. Called only where an answer depends on it: some transports must parse for it. */
  resolverAddress(into: ClientAddress): void;
}
