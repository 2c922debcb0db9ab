import type { Present } from '../compile/present.ts';
import type { CompiledWorld } from '../compile/world.ts';
import type { Config, EndpointConfig, ServiceConfig } from '../config/config.ts';
import type { Address } from '../net/address.ts';
import type { CounterName, QueryCounts } from '../snapshot/counters.ts';
import type { LatencyStatus } from './latency/latency-status.ts';
import type { Operations } from './operations.ts';
import type { DrainCounts } from './query-log/messages.ts';
import type { Tally } from './telling/tally.ts';
import type { Observer, Probed } from './verdicts/observer.ts';
import type { RegionStatus } from './verdicts/region-verdicts.ts';
import type { Demand, DemandCounts } from './workers/demand.ts';
import type { WorkerPool } from './workers/pool.ts';

/** How many reloads there were so far, and how they went. */
export interface Reloads {
  readonly done: number;
  readonly refused: number;
  /** When a configuration was last taken, by the wall clock. */
  readonly lastDoneMs: number | undefined;
}

/** What a running server knows of itself, for tables, metrics and whoever asks. */
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
  /** What became of records of the query log. */
  readonly queryLog: DrainCounts;
  /** Undefined: round-trip times are not learned. */
  readonly latency: LatencyStatus | undefined;
  /** What is known of an address of an endpoint; undefined where nothing is probed. */
  probed(service: ServiceConfig, endpoint: EndpointConfig, address: Address): Probed | undefined;
  /** What probes say of a region as a whole; undefined where nothing is probed in it. */
  region(name: string): RegionStatus | undefined;
  /** The addresses of an endpoint as they are known at present. */
  addresses(endpoint: EndpointConfig): readonly Address[];
  /** Whether an address may be answered, the operator's word included. */
  isUp(service: ServiceConfig, endpoint: EndpointConfig, address: Address): boolean;
  isDraining(service: ServiceConfig, endpoint: EndpointConfig): boolean;
}

/** Where facts come from. */
export interface Sources extends Pick<Facts, 'config' | 'world' | 'operations' | 'reloads' | 'latency' | 'queryLog'> {
  readonly observer: Observer;
  /** As the operator will have it. */
  readonly present: Present;
  readonly pool: WorkerPool;
  readonly demand: Demand;
}

export function factsOf({ observer, present, pool, demand, ...rest }: Sources): Facts {
  const { config } = rest;
  return {
    ...rest,
    tally: observer.tally,
    isProberSuspect: observer.isSuspect,
    ...{ generation: pool.generation, workers: pool.size, workerDeaths: pool.deaths },
    ...{ counts: pool.counts, queries: pool.queries, demand: demand.counts },
    probed: (service, endpoint, address) => observer.probedIn(config, service, endpoint, address),
    region: (name) => observer.regionStatus(name),
    addresses({ a, aaaa, cname }) {
      const found = cname === undefined ? { a, aaaa } : present.resolved(cname);
      return found === undefined ? [] : [...found.a, ...found.aaaa];
    },
    isUp: (service, endpoint, address) => present.isUp(service, endpoint, address),
    isDraining: (service, endpoint) =>
      endpoint.isDraining ||
      config.regions.get(endpoint.region ?? '')?.isDraining === true ||
      present.isDraining?.(service, endpoint) === true,
  };
}
