import { createHash } from 'node:crypto';
import type { ClientNetworks } from './forwarded.ts';
import type { Measurement } from './measurement.ts';
import type { HttpRefusal } from './messages.ts';
import type { RequestLimit } from './request-limit.ts';

/** What requests are answered by. */
export interface Reception {
  readonly clients: ClientNetworks;
  readonly regions: ReadonlySet<string>;
  /** The names of agents, by {@link credentialsDigest} of their tokens. */
  readonly agents: ReadonlyMap<string, string>;
  /** The script for browsers, made for each that asks. */
  script(): string;
  readonly reportsPerMinute: number;
  readonly limit: RequestLimit;
  take(measurement: Measurement): void;
  refuse(why: HttpRefusal): void;
}

/**
 * What an agent's token is looked up by, from the value of its `Authorization` (RFC 6750 section 2.1). What a look-up's
 * time tells is of the digest, which nobody can choose; and it is the same work for a thousand agents as for one.
 */
export function credentialsDigest(authorization: string): string {
  return createHash('sha256').update(authorization).digest('base64');
}
