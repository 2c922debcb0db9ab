import type { WireName } from '../dns/name.ts';
import type { ProbeConfig } from '../health/schema.ts';
import type { Address } from '../net/address.ts';
import type { Prefix } from '../net/prefix.ts';
import type { Region } from '../steering/step.ts';
import type { Policy } from '../steering/steps/index.ts';
import type { Zone } from '../zone/zone.ts';

/** A whole configuration, valid, every name resolved and every file of zones read. Immutable. */
export interface Config {
  readonly file: string;
  /** Every file that was read or is named to be read (config, zones and their includes, databases), absolute: what a reload watches. */
  readonly files: readonly string[];
  readonly server: ServerConfig;
  readonly geo: {
    /** Absolute paths, in the order in which they fill in for each other. */
    readonly databases: readonly string[];
    readonly networks: ReadonlyMap<string, readonly Prefix[]>;
  };
  readonly regions: ReadonlyMap<string, Region>;
  readonly probes: ReadonlyMap<string, ProbeConfig>;
  readonly services: ReadonlyMap<string, ServiceConfig>;
  readonly zones: readonly Zone[];
}

export interface ServerConfig {
  readonly listen: readonly SocketAddress[];
  /** Data-plane threads; at least 1. */
  readonly workers: number;
  /** Asked in turn for the addresses of endpoints that are CNAMEs; none: those of the machine. */
  readonly resolvers: readonly SocketAddress[];
  /** What the server says of itself to who asks; undefined: nothing. */
  readonly identity: { readonly nsid?: string; readonly hostname?: string; readonly version?: string };
  /** No secrets: the server makes one of its own. */
  readonly cookies: { readonly secrets: readonly Uint8Array[]; readonly isRequired: boolean };
  readonly rateLimit: RateLimitConfig | undefined;
  /** Connections, over TCP and TLS: at a time in all, and from one client network. */
  readonly tcp: { readonly idleMs: number; readonly connections: number; readonly perNetwork: number };
  readonly tls: TlsConfig | undefined;
  /** Who must begin with a PROXY protocol header. */
  readonly proxyProtocol: readonly Prefix[];
}

/** DNS over TLS. Certificate and key are in PEM, and go together. */
export interface TlsConfig {
  readonly listen: readonly SocketAddress[];
  readonly certificate: string;
  readonly key: string;
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

export interface SocketAddress {
  readonly address: Address;
  readonly port: number;
}

export interface ServiceConfig {
  readonly name: string;
  readonly policy: Policy;
  /** The name of a probe; without one the endpoints always count as up. */
  readonly probe: string | undefined;
  readonly ttlSeconds: number;
  /** How many endpoints an answer names, at most. */
  readonly answers: number;
  readonly whenAllDown: 'all' | 'none' | { readonly service: string };
  readonly endpoints: readonly EndpointConfig[];
}

export interface EndpointConfig {
  readonly region: string;
  readonly a: readonly Address[];
  readonly aaaa: readonly Address[];
  /** In place of addresses, which there are none of then. In the case it was written in. */
  readonly cname?: WireName;
  readonly weight: number;
  /** Probed there instead of at each address it answers with. */
  readonly check: SocketAddress | undefined;
}
