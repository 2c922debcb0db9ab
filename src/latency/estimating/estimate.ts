import type { Position } from '../reports/report.ts';
import type { EstimateSource } from './estimate-source.ts';

/** Where a client is, as far as it is known; what is absent is taken from the next level up. */
export interface ClientCell {
  /** `203.0.113.0/24` or `2001:db8:0:100::/56`. */
  readonly network?: string;
  readonly asn?: number;
  /** ISO 3166-1 alpha-2. */
  readonly country?: string;
  readonly position?: Position;
}

/** A round-trip time and how well it is known. */
export interface Estimate {
  readonly ms: number;
  /** Of these, what health probes of the region take more than usual; absent where they were not asked. */
  readonly addedMs?: number;
  /** A standard deviation. */
  readonly uncertaintyMs: number;
  /** What it rests on, faded by age: samples of a network, else networks; 0 where nothing was measured for the pair. */
  readonly samples: number;
  /** Since the latest of them; Infinity where there is none. */
  readonly ageMs: number;
  readonly source: EstimateSource;
}
