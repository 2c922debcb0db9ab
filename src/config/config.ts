import type { WireName } from '../dns/name.ts';
import type { ProbeConfig } from '../health/schema.ts';
import type { HealthConfig } from '../health/schema-health.ts';
import type { Address, HostPort } from '../net/address.ts';
import type { Prefix } from '../net/prefix.ts';
import type { WhenAllDown } from '../steering/plan.ts';
import type { Policy } from '../steering/policy.ts';
import type { Region } from '../steering/step.ts';
import type { Problem } from '../util/problem.ts';
import type { Zone } from '../zone/zone.ts';
import type { LatencyConfig } from './latency-config.ts';
import type { AdminConfig, HookConfig, SafetyConfig } from './operations-config.ts';
import type { QueryLogConfig } from './query-log.ts';
import type { RoutingTest } from './schema/tests-schema.ts';

/** A whole configuration, valid, every name resolved and every file of zones read. Immutable. */
export interface Config {
  readonly file: string;
  /**
   * Every file that was read or is named to be read (config, zones and their includes, databases), absolute: what a
   * reload watches.
   */
  readonly files: readonly string[];
  readonly server: ServerConfig;
  readonly geo: {
    /** Absolute paths, in the order in which they fill in for each other. */
    readonly databases: readonly string[];
    readonly networks: ReadonlyMap<string, readonly Prefix[]>;
  };
  readonly regions: ReadonlyMap<string, RegionConfig>;
  readonly probes: ReadonlyMap<string, ProbeConfig>;
  readonly health: HealthConfig;
  readonly services: ReadonlyMap<string, ServiceConfig>;
  /** Undefined: round-trip times are not learned. */
  readonly latency: LatencyConfig | undefined;
  readonly admin: AdminConfig;
  readonly safety: SafetyConfig;
  readonly hooks: ReadonlyMap<string, HookConfig>;
  /** The services that zones name. */
  readonly namedServices: ReadonlySet<string>;
  readonly tests: readonly PlacedTest[];
  readonly reload: ReloadConfig;
  readonly zones: readonly Zone[];
}

/** A test of what is answered to whom, and where it stands. */
export interface PlacedTest {
  readonly test: RoutingTest;
  readonly place: Pick<Problem, 'file' | 'line' | 'column'>;
}

export interface ReloadConfig {
  /** The largest share of the clients of any service that a reload may move, in percent; undefined: any. */
  readonly maxMovedPercent: number | undefined;
}

/** Processors that threads for UDP are kept on: all that there are, or these; none: wherever the system puts them. */
export type CpuChoice = 'auto' | readonly number[];

export interface ServerConfig {
  readonly listen: readonly HostPort[];
  /** Data-plane threads; at least 1. */
  readonly workers: number;
  readonly cpus: CpuChoice;
  /** Asked in turn for the addresses of endpoints that are CNAMEs; none: those of the machine. */
  readonly resolvers: readonly HostPort[];
  /** What the server says of itself when asked; undefined: nothing. */
  readonly identity: { readonly nsid?: string; readonly hostname?: string; readonly version?: string };
  /** No secrets: the server makes one of its own. */
  readonly cookies: { readonly secrets: readonly Uint8Array[]; readonly isRequired: boolean };
  readonly rateLimit: RateLimitConfig | undefined;
  /** Undefined: no explanations by DNS. */
  readonly explain?: ExplainConfig | undefined;
  /** Undefined: queries are not logged. */
  readonly queryLog?: QueryLogConfig | undefined;
  /** Connections, over TCP and TLS: at a time in all, and from one client network. */
  readonly tcp: { readonly idleMs: number; readonly connections: number; readonly perNetwork: number };
  readonly tls: TlsConfig | undefined;
  /** Load balancers, which must begin each connection with a PROXY protocol header. */
  readonly proxyProtocol: readonly Prefix[];
}

/** DNS over TLS. Certificate and key are in PEM, and go together. */
export interface TlsConfig {
  readonly listen: readonly HostPort[];
  readonly certificate: string;
  readonly key: string;
}

/** Who may ask by DNS, and below which name, why an answer is what it is. */
export interface ExplainConfig {
  readonly name: WireName;
  readonly allow: readonly Prefix[];
}

/** Response rate limiting: answers a second to one network, by kind. */
export interface RateLimitConfig {
  readonly perSecond: {
    readonly data: number;
    readonly noData: number;
    readonly nxdomain: number;
    readonly referral: number;
    readonly error: number;
  };
  readonly slip: number;
  readonly ipv4Bits: number;
  readonly ipv6Bits: number;
  readonly exempt: readonly Prefix[];
  readonly buckets: number;
}

export interface RegionConfig extends Region {
  /** Its endpoints get no new clients while others are up. */
  readonly isDraining: boolean;
  /** What finds out whether it works as a whole: a probe by name, and where it goes. Both or neither. */
  readonly probe?: string;
  readonly check?: HostPort;
}

export interface ServiceConfig {
  readonly name: string;
  readonly policy: Policy;
  /** The name of a probe; without one the endpoints always count as up. */
  readonly probe: string | undefined;
  readonly ttlSeconds: number;
  /** How many endpoints an answer names, at most; undefined: what the policy says, or one. */
  readonly answers: number | undefined;
  readonly whenAllDown: WhenAllDown;
  /** The addresses that are answered when none is up, if whenAllDown is `fixed`. */
  readonly fixed: { readonly a: readonly Address[]; readonly aaaa: readonly Address[] } | undefined;
  /** How many endpoints must be left; undefined: what is said for all services. */
  readonly atLeastUp?: number;
  readonly endpoints: readonly EndpointConfig[];
}

export interface EndpointConfig {
  readonly name: string;
  /** Undefined where it is a service that is in none. */
  readonly region: string | undefined;
  readonly a: readonly Address[];
  readonly aaaa: readonly Address[];
  /** In place of addresses, which there are none of then. In the case it was written in. */
  readonly cname?: WireName;
  /** In place of addresses: another service. */
  readonly service?: string;
  readonly isDraining: boolean;
  readonly weight: number;
  /** Probed there instead of at each address it answers with. */
  readonly check: HostPort | undefined;
}
