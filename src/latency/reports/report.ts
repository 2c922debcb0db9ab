import type { Coordinates } from '../../util/distance.ts';

/** A region that clients can be sent to, and where it is. */
export interface Region extends Coordinates {
  readonly name: string;
  /** ISO 3166-1 alpha-2, for tables that know regions by country only. */
  readonly country?: string;
}

/** What is known of a country before anything is measured. */
export interface CountryPlace extends Coordinates {
  readonly continent: string;
}

/** Where a client is, and how far from there it may truly be. */
export interface Position extends Coordinates {
  /** Kilometres: of a country's middle, all of the country. */
  readonly errorKm: number;
}

/** One round-trip time that somebody measured between a client network and a region. */
export interface Report {
  /** The client's address, cut to its network: `203.0.113.0/24` or `2001:db8:0:100::/56`. */
  readonly network: string;
  readonly asn?: number;
  /** ISO 3166-1 alpha-2. */
  readonly country?: string;
  readonly position?: Position;
  readonly region: string;
  readonly rttMs: number;
  /** Who reports it, a network or an agent and never a person: limits count by it. */
  readonly source: string;
  /** Measured by the operator's own (an agent in a region): free of the limits for strangers. */
  readonly isTrusted?: boolean;
  /** When, in milliseconds since 1970. */
  readonly atMs: number;
}

/** Why a report was not taken. */
export const REFUSALS = [
  'unknown-region',
  'not-positive',
  'absurd-time',
  'bad-network',
  'bad-country',
  'bad-asn',
  'bad-moment',
  'faster-than-light',
  'source-limit',
] as const;

export type Refusal = (typeof REFUSALS)[number];

/** How many of each. */
export type RefusalCounts = Record<Refusal, number>;

export function noRefusals(): RefusalCounts {
  return Object.fromEntries(REFUSALS.map((refusal) => [refusal, 0])) as RefusalCounts;
}
