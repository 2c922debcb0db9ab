import type { CompiledWorld } from '../compile/world.ts';
import type { Config, EndpointConfig, ServiceConfig } from '../config/config.ts';
import type { Address } from '../net/address.ts';
import type { CounterName, QueryCounts } from '../snapshot/counters.ts';
import type { DemandCounts } from './demand.ts';
import type { Probed } from './observer.ts';
import type { Operations } from './operations.ts';
import type { Tally } from './telling/tally.ts';

/** What became of reloads so far. */
export interface Reloads {
  readonly done: number;
  readonly refused: number;
  /** When a configuration was last taken, by the wall clock. */
  readonly lastDoneMs: number | undefined;
}

/** What is known of a running server by the server itself: for tables, metrics, and whoever asks. */
export interface Facts {
  readonly config: Omit<Config, 'zones'>;
  readonly world: CompiledWorld;
  readonly operations: Operations;
  readonly tally: Tally;
  readonly isProberSuspect: boolean;
  readonly reloads: Reloads;
  /** The number of the last publication. */
  readonly generation: number;
  readonly workers: number;
  readonly workerDeaths: number;
  /** What the data plane has counted. */
  readonly counts: Readonly<Partial<Record<CounterName, number>>>;
  /** Queries and their answers, and how long these took. */
  readonly queries: QueryCounts;
  readonly demand: DemandCounts;
  /** What is known of an address of an endpoint; undefined where nothing is probed. */
  probed(service: ServiceConfig, endpoint: EndpointConfig, address: Address): Probed | undefined;
  /** The addresses of an endpoint as they are known at present. */
  addresses(endpoint: EndpointConfig): readonly Address[];
  /** Whether an address may be answered, the operator's word included. */
  isUp(service: ServiceConfig, endpoint: EndpointConfig, address: Address): boolean;
  isDraining(service: ServiceConfig, endpoint: EndpointConfig): boolean;
}
