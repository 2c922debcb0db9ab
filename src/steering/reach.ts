import type { Course } from './course.ts';
import type { Plan, PlannedStep, Reached, SteeredEndpoint, SteeredService } from './plan.ts';
import { flatten } from './policy.ts';
import { selects } from './selector.ts';
import { canaryService } from './steps/canary.ts';
import type { Fence } from './steps/fence.ts';

type Services = ReadonlyMap<string, SteeredService>;

/** The endpoints of a service and of the services within it. */
export function reachOf({ endpoints }: SteeredService, services: Services): readonly Reached[] {
  return endpoints.flatMap((endpoint) => {
    const inner = serviceOf(endpoint, services);
    return inner === undefined ? [reached(endpoint)] : reachOf(inner, services);
  });
}

/** The same with all that canaries, and services that are all down, lead to. */
export function wholeReachOf(
  { endpoints, policy, whenAllDown }: SteeredService,
  services: Services,
): readonly Reached[] {
  const wholeOf = (service: SteeredService | undefined): readonly Reached[] =>
    service === undefined ? [] : wholeReachOf(service, services);
  const own = endpoints.flatMap((endpoint) => {
    const inner = serviceOf(endpoint, services);
    return inner === undefined ? [reached(endpoint)] : wholeOf(inner);
  });
  const canaries = flatten(policy).flatMap(({ step }) =>
    step.kind === 'canary' ? wholeOf(services.get(canaryService(step.settings) ?? '')) : [],
  );
  if (whenAllDown.kind !== 'service' && whenAllDown.kind !== 'fixed') return [...own, ...canaries];
  const isUnfenced = whenAllDown.breaksFence;
  if (whenAllDown.kind === 'fixed') return [...own, ...canaries, ...(isUnfenced ? [FIXED] : [])];
  const fallback = wholeOf(services.get(whenAllDown.service));
  return [...own, ...canaries, ...(isUnfenced ? fallback.map((one) => ({ ...one, isUnfenced })) : fallback)];
}

const FIXED: Reached = { name: '', regions: [], isUnfenced: true };

function reached({ name, region }: SteeredEndpoint): Reached {
  return { name, regions: region === undefined ? [] : [region] };
}

function serviceOf({ service }: SteeredEndpoint, services: Services): SteeredService | undefined {
  return service === undefined ? undefined : services.get(service);
}

/** Whether a service has endpoints, of whatever type, within a fence and those before it. */
export function isAnyWithin(plan: Plan, active: readonly PlannedStep[], course: Course, { at }: PlannedStep): boolean {
  const fences = fencesAround(plan, active, course).filter((fence) => fence.at <= at);
  return fences.reduce(within, plan.reach).length > 0;
}

/** Whether clients may ever get an answer of some type. */
export function isAnyReached(plan: Plan, active: readonly PlannedStep[], course: Course): boolean {
  const fences = fencesAround(plan, active, course);
  const left = fences.reduce((before, fence) => {
    const after = within(before, fence);
    return after.length === 0 && elseOf(fence) === 'ignore' ? before : after;
  }, plan.wholeReach);
  return fences.length === 0 || left.length > 0;
}

function fencesAround(
  { index }: Plan,
  active: readonly PlannedStep[],
  { facts, lifted }: Course,
): readonly PlannedStep[] {
  return active.filter(
    ({ step, at, fenceBit }) => step.kind === 'fence' && facts[index][at].facts.length > 0 && (fenceBit & lifted) === 0,
  );
}

function within(reach: readonly Reached[], { step }: PlannedStep): readonly Reached[] {
  return reach.filter((endpoint) => endpoint.isUnfenced || selects((step.settings as Fence).to, endpoint));
}

function elseOf({ step }: PlannedStep): Fence['else'] {
  return (step.settings as Fence).else;
}
