import { policySchema } from '../../../src/config/schema/policy.ts';
import type { Location } from '../../../src/geo/location.ts';
import { decide } from '../../../src/steering/decide.ts';
import type { Decision, EndpointState, World } from '../../../src/steering/decision.ts';
import type { Leaf, SteeredEndpoint, SteeredService, WhenAllDown, WholePlan } from '../../../src/steering/plan.ts';
import { planOf } from '../../../src/steering/planner.ts';
import type { Policy } from '../../../src/steering/policy.ts';
import type { Knowledge, Region } from '../../../src/steering/step.ts';
import type { State } from '../../../src/steering/steps/when.ts';
import type { Trace } from '../../../src/steering/trace.ts';

const region = (name: string, latitude: number, longitude: number, rest: Partial<Region> = {}): Region => ({
  name,
  location: { latitude, longitude },
  tags: [],
  ...rest,
});

/** Regions on four continents; the fifth is where the second is. */
export const REGIONS: Readonly<Record<string, Region>> = {
  us: region('us', 38.9, -77, { country: 'US', continent: 'NA', tags: ['big'] }),
  eu: region('eu', 53.3, -6.3, { country: 'IE', continent: 'EU', tags: ['gdpr', 'big'] }),
  ap: region('ap', 35.7, 139.7, { country: 'JP', continent: 'AS' }),
  sa: region('sa', -23.5, -46.6, { country: 'BR', continent: 'SA' }),
  eu2: region('eu2', 53.3, -6.3, { country: 'IE', continent: 'EU', tags: ['gdpr'] }),
  lost: { name: 'lost', tags: [] },
};

export const ALL = ['us', 'eu', 'ap', 'sa', 'eu2'];

/** An endpoint in the region of its name, by its weight; or in another region, or another service. */
type TestEndpoint = number | { readonly weight?: number; readonly region?: string; readonly service?: string };

export interface TestService {
  /** As it stands in a config file. */
  readonly policy: readonly unknown[];
  /** Default: one in each of five regions. */
  readonly endpoints?: Readonly<Record<string, TestEndpoint>> | readonly string[];
  readonly whenAllDown?: WhenAllDown | undefined;
  readonly answers?: number | undefined;
}

/** Who asks, and how things are. Endpoints by name (`eu`), or by service and name (`web/eu`). */
export interface Asked {
  readonly from?: Partial<Location>;
  readonly down?: readonly string[];
  readonly draining?: readonly string[];
  readonly nothing?: readonly string[];
  readonly unknown?: readonly string[];
  /** What was up last. */
  readonly good?: readonly string[];
  readonly now?: string;
  /** By name of a service or a region. */
  readonly states?: Readonly<Record<string, State>>;
  readonly knowledge?: Knowledge;
  readonly trace?: Trace;
}

/** A policy as it stands in a config file. Throws where it has a mistake: the test is wrong about it. */
export function policyOf(written: readonly unknown[], name = 'test'): Policy {
  return { name, steps: policySchema.parse(written) };
}

/** The plan of the first of some services. */
export function planOfServices(services: Readonly<Record<string, TestService>>): WholePlan {
  const steered = new Map(Object.entries(services).map(([name, service]) => [name, steeredOf(name, service)]));
  const [root = ''] = Object.keys(services);
  return planOf(root, steered);
}

/** What the first of some services decides. */
export function decided(services: Readonly<Record<string, TestService>>, asked: Asked = {}): Decision {
  const plan = planOfServices(services);
  const location: Location = { networks: [], ...asked.from };
  return decide(plan, location, worldOf(plan, asked), asked.knowledge, asked.trace);
}

/** The same as text, for a service of one policy: see {@link shown}. */
export function answer(policy: readonly unknown[], asked: Asked = {}, rest: Omit<TestService, 'policy'> = {}): string {
  return answers({ test: { policy, ...rest } }, asked);
}

/** The same as text for several services. */
export function answers(services: Readonly<Record<string, TestService>>, asked: Asked = {}): string {
  return shown(decided(services, asked), planOfServices(services));
}

/**
 * A decision as text: tiers, the best first, `us:3 eu | ap`; weights of 1 are left out; where some clients get something
 * else, `5% ap, else us`.
 */
export function shown(decision: Decision, plan: WholePlan): string {
  const { leaves, root } = plan;
  if (decision.kind === 'split') {
    return `${decision.perMille / 10}% ${shown(decision.inside, plan)}, else ${shown(decision.outside, plan)}`;
  }
  if (decision.kind !== 'draw') return decision.kind;
  const nameOf = (leaf: number): string => {
    const { service, endpoint = 'fixed' } = leaves[leaf];
    return service === root.service.name ? endpoint : `${service}/${endpoint}`;
  };
  const tiers = decision.tiers.map((tier) =>
    tier.map(({ leaf, weight }) => (weight === 1 ? nameOf(leaf) : `${nameOf(leaf)}:${+weight.toFixed(4)}`)).join(' '),
  );
  return tiers.join(' | ');
}

export function worldOf({ leaves }: WholePlan, asked: Asked): World {
  const is = (list: readonly string[] | undefined, { service, endpoint = 'fixed' }: Leaf): boolean =>
    list !== undefined && (list.includes(endpoint) || list.includes(`${service}/${endpoint}`));
  return {
    nowMs: asked.now === undefined ? 0 : Date.parse(asked.now),
    stateOf: (other) => asked.states?.['service' in other ? other.service : other.region] ?? 'up',
    states: leaves.map((leaf): EndpointState => {
      const states = ['down', 'draining', 'nothing', 'unknown'] as const;
      return states.find((state) => is(asked[state], leaf)) ?? 'up';
    }),
    wasGood: leaves.map((leaf) => is(asked.good, leaf)),
  };
}

function steeredOf(name: string, { policy, endpoints = ALL, whenAllDown, answers }: TestService): SteeredService {
  const entries: [string, TestEndpoint][] = Array.isArray(endpoints)
    ? endpoints.map((one: string) => [one, 1])
    : Object.entries(endpoints as Readonly<Record<string, TestEndpoint>>);
  return {
    name,
    policy: policyOf(policy, `policy of ${name}`),
    whenAllDown: whenAllDown ?? { kind: 'all' },
    answers,
    endpoints: entries.map(([endpoint, is]) => endpointOf(endpoint, typeof is === 'number' ? { weight: is } : is)),
  };
}

function endpointOf(name: string, is: Exclude<TestEndpoint, number>): SteeredEndpoint {
  const { weight = 1, service } = is;
  const region = is.region ?? (service === undefined ? name : undefined);
  return { name, weight, service, region: region === undefined ? undefined : REGIONS[region] };
}

export const paris = { country: 'FR', continent: 'EU', latitude: 48.9, longitude: 2.3 };
export const osaka = { country: 'JP', continent: 'AS', latitude: 34.7, longitude: 135.5 };
export const bogota = { country: 'CO', continent: 'SA', latitude: 4.7, longitude: -74.1 };
