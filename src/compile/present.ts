import type { EndpointConfig, ServiceConfig } from '../config/config.ts';
import type { WireName } from '../dns/name.ts';
import type { Address } from '../net/address.ts';

/** The addresses behind a name. An empty list says that there are none. */
export interface Resolved {
  readonly a: readonly Address[];
  readonly aaaa: readonly Address[];
  /** How long answers made of them may be kept. */
  readonly ttlSeconds: number;
}

/** What is known of the world at present, beside the configuration. When it changes, services are compiled again. */
export interface Present {
  readonly nowMs: number;
  /**
   * Whether an address of an endpoint may be answered; without an address, whether the endpoint may, whose name has no
   * known address yet.
   */
  isUp(service: ServiceConfig, endpoint: EndpointConfig, address: Address | undefined): boolean;
  /**
   * Whether an endpoint is to get no new clients, by hand or because its region is down. `drain: true` in the
   * configuration counts in addition.
   */
  isDraining?(service: ServiceConfig, endpoint: EndpointConfig): boolean;
  /** Whether a region counts as down, whatever its endpoints are. */
  isRegionDown?(region: string): boolean;
  /**
   * For how long at most an answer with this address may be kept, while the verdict on it is close to a change;
   * undefined otherwise.
   */
  ttlSecondsMax?(service: ServiceConfig, endpoint: EndpointConfig, address: Address): number | undefined;
  /** What part of its share an endpoint keeps, from 0 to 1: less than 1 for one that is slower than it used to be. */
  shareFactor?(service: ServiceConfig, endpoint: EndpointConfig): number;
  /** What is behind the name of an endpoint that is a CNAME; undefined while nothing is known. */
  resolved(name: WireName): Resolved | undefined;
}
