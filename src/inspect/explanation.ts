import type { Place } from '../geo/location.ts';
import type { EndpointState, Mode } from '../steering/decision.ts';
import type { LatencyNote } from './latency-notes.ts';
import type { SteeredType } from './subject.ts';

/**
 * What is answered to a client, and why. It is printed as JSON as it is, and documented in docs/explain.md: keys are
 * added, never changed.
 */
export interface Explanation {
  readonly name: string;
  readonly type: SteeredType;
  /** ISO 8601, in UTC. */
  readonly at: string;
  /** What is taken to be down besides what is. */
  readonly down: readonly string[];
  /** Targets of CNAMEs and DNAMEs of our zones on the way to the service. */
  readonly aliases: readonly string[];
  /** What the zones have at the name; only with `service` there is more to say. */
  readonly found: 'service' | 'records' | 'no-data' | 'nxdomain' | 'referral' | 'not-ours' | 'loop';
  readonly client: ClientNote;
  readonly steering?: SteeringNote;
}

export interface ClientNote {
  readonly from: string;
  /** Absent for a client anywhere in a country. */
  readonly address?: string;
  readonly knownBy: 'address' | 'network' | 'country';
  /** The operator's networks around the address, the most specific first. */
  readonly networks: readonly string[];
  readonly place: Place;
  /** What each database by itself has of the address; the first that has something counts. */
  readonly databases?: readonly { readonly file: string; readonly place: Place }[];
}

export interface SteeringNote {
  readonly service: string;
  readonly answer: AnswerNote;
  /** Of all clients of whom as much is known, whatever their address. They add up to 100. */
  readonly shares: readonly ShareNote[];
  readonly canaries: readonly CanaryNote[];
  /** By region, where the policy goes by round-trip times and some are estimated; the fastest first. */
  readonly latency?: readonly LatencyNote[];
  /** Whether the client is one of the few that get the second fastest, so that it goes on being measured. */
  readonly isExploring?: true;
  /** The service, and those that it leads to. */
  readonly services: readonly ServiceNote[];
}

/** What this client gets. */
export interface AnswerNote {
  readonly kind: 'endpoints' | 'none' | 'refuse' | 'unknown';
  readonly mode: Mode;
  /** How many endpoints an answer names, at most. */
  readonly answers: number;
  readonly draw: 'random' | 'rotate' | 'sticky';
  /** All that it may name; percent: of its answers, in which the endpoint is the first. */
  readonly endpoints: readonly ShareNote[];
  readonly ttlSeconds?: number;
  /** The network for which this answer holds; absent without an address. */
  readonly scope?: { readonly network: string; readonly prefixLength: number };
}

export interface ShareNote {
  readonly percent: number;
  /** Absent where there is no endpoint to answer; `nothing` says what there is then. */
  readonly service?: string;
  /** Absent for a service's fixed addresses. */
  readonly endpoint?: string;
  readonly region?: string;
  readonly addresses?: readonly string[];
  readonly nothing?: 'none' | 'refuse' | 'unknown';
}

export interface CanaryNote {
  readonly service: string;
  readonly step: number;
  readonly name: string;
  readonly percent: number;
  /** Absent where there is no address to tell it by. */
  readonly isTaken?: boolean;
}

export interface ServiceNote {
  readonly name: string;
  readonly policy: string;
  readonly steps: readonly StepNote[];
  readonly endpoints: readonly EndpointNote[];
  /** What was done because no endpoint could be answered. */
  readonly whenAllDown?: string;
  readonly fenceElse?: string;
}

export interface StepNote {
  /**
   * From 1, those under conditions counted, too; absent for a fence that a service brings along to those it leads to.
   */
  readonly number?: number;
  readonly kind: string;
  readonly settings: unknown;
  /** Whether its conditions hold. */
  readonly applies: boolean;
  /** Whether it divides what is left equal by share. */
  readonly divides: boolean;
  readonly keptOut: readonly string[];
  /** What it found equal, and the groups that it made of it, the best first. */
  readonly ordered: readonly { readonly of: readonly string[]; readonly into: readonly (readonly string[])[] }[];
}

export interface EndpointNote {
  readonly name: string;
  readonly region?: string;
  /** The service that it is. */
  readonly service?: string;
  readonly weight: number;
  readonly state: EndpointState;
  readonly role: 'answered' | 'standby' | 'out';
  readonly why: string;
}
