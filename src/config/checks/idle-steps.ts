import { flatten, type GuardedStep, type Policy } from '../../steering/policy.ts';
import { selects } from '../../steering/selector.ts';
import type { Step } from '../../steering/step.ts';
import { canaryService } from '../../steering/steps/canary.ts';
import { steps } from '../../steering/steps/index.ts';
import type { Problem } from '../../util/problem.ts';
import type { Config, ServiceConfig } from '../config.ts';
import type { Document } from '../reading/document.ts';
import type { Path } from '../reading/path.ts';
import { written } from '../reading/written.ts';
import { stepsIn } from '../schema/policy.ts';

type Steered = Pick<Config, 'services' | 'regions'>;

/** Steps that can't change any answer, whoever asks and whatever is up. Of valid configurations only. */
export function findIdleSteps(document: Document, config: Steered): readonly Problem[] {
  return policiesOf(config).flatMap(({ policy, services }) => {
    const flat = flatten(policy);
    const places = placesOf(document, policy);
    return flat.flatMap((one, index) => {
      const before = flat
        .slice(0, index)
        .findLast((other) => holdsWherever(other, one) && leavesNothing(other, services, config));
      if (before === undefined || !onlyOrders(one)) return [];
      const leaves = divides(before) ? 'divides all that is equal' : 'leaves no two endpoints equal';
      const expected = `a place before step ${before.number} (${before.step.kind}), which ${leaves}`;
      return [
        document.atKey(places[index], 'idle-step', expected, `step ${one.number} (${one.step.kind}) without effect`),
      ];
    });
  });
}

/** Maps without a row for everyone, as last steps: who matches no row is sent anywhere. */
export function findUncovered(document: Document, config: Steered): readonly Problem[] {
  return policiesOf(config).flatMap(({ policy, services }) => {
    const last = policy.steps.at(-1);
    if (last?.kind !== 'map' || last.settings.rest !== 'equal' || last.settings.rows.length === 0) return [];
    const { rows } = last.settings;
    const isForAll = rows.some(({ from }) => from === undefined || coversMost(from));
    const continents = new Set(
      rows.flatMap(({ from }) => (from !== undefined && isOfOneKind(from) ? (from.continent ?? []) : [])),
    );
    const hasChoice = services.some(({ endpoints }) => endpoints.length > 1);
    if (isForAll || continents.size >= ALL_CONTINENTS || !hasChoice) return [];
    const path = placesOf(document, policy).at(-1) ?? [];
    const expected = 'a last row { to: [...] } for everyone else, then: nearest, or another step';
    return [document.atKey(path, 'uncovered-clients', expected, 'a map in which some clients match no row')];
  });
}

/** Antarctica is not missed. */
const ALL_CONTINENTS = 6;

/**
 * Services that answer AAAA in fewer regions than A: IPv6 clients there go further, to where there is more load then.
 */
export function findFewerRegions(document: Document, { services }: Steered): readonly Problem[] {
  return [...services.values()].flatMap(({ name, endpoints }) => {
    if (endpoints.some(({ cname, service }) => cname !== undefined || service !== undefined)) return [];
    const regionsWith = (side: 'a' | 'aaaa') =>
      new Set(endpoints.filter((one) => one[side].length > 0).map(({ region }) => region));
    const [a, aaaa] = [regionsWith('a'), regionsWith('aaaa')];
    const missing = [...a].filter((region) => !aaaa.has(region));
    if (aaaa.size === 0 || aaaa.size >= a.size) return [];
    const found = `AAAA in ${aaaa.size} of ${a.size} regions`;
    return [
      document.atKey(
        ['services', name, 'endpoints'],
        'fewer-regions-for-aaaa',
        `aaaa in ${missing.join(', ')}, too`,
        found,
      ),
    ];
  });
}

/** Each policy once, with the services that have it. */
function policiesOf({ services }: Steered): readonly { policy: Policy; services: readonly ServiceConfig[] }[] {
  const groups = Map.groupBy(services.values(), ({ policy }) => policy);
  return [...groups].map(([policy, users]) => ({ policy, services: users }));
}

/** By step as {@link flatten} has them: its path. */
function placesOf({ value }: Document, { name }: Policy): readonly Path[] {
  return stepsIn(written(value, 'policies', name), ['policies', name]).map(({ path }) => path);
}

/** Whether a step applies wherever another does: its conditions are among the other's. */
function holdsWherever({ guards }: GuardedStep, other: GuardedStep): boolean {
  return guards.every((guard) =>
    other.guards.some(({ conditions, isNegated }) => conditions === guard.conditions && isNegated === guard.isNegated),
  );
}

/** Whether a step leaves nothing equal for those after it. */
function leavesNothing(one: GuardedStep, services: readonly ServiceConfig[], { regions }: Steered): boolean {
  if (divides(one)) return true;
  const { step } = one;
  if (step.kind !== 'ordered') return false;
  return services.every(({ endpoints }) => {
    if (endpoints.some(({ service }) => service !== undefined)) return false;
    const places = endpoints.map(({ name, region }) => {
      const known = region === undefined ? undefined : regions.get(region);
      return step.settings.findIndex((wanted) =>
        selects(wanted, { name, regions: known === undefined ? [] : [known] }),
      );
    });
    return new Set(places).size === endpoints.length;
  });
}

function divides({ step: { kind } }: GuardedStep): boolean {
  return (steps[kind] as Step<unknown>).divide !== undefined;
}

/** Whether a step does nothing but order or divide: what keeps endpoints out, or bounds answers, matters anywhere. */
function onlyOrders({ step }: GuardedStep): boolean {
  switch (step.kind) {
    case 'fence':
      return false;
    case 'limit':
      return step.settings.answers === undefined;
    case 'weighted':
    case 'sticky':
      return step.settings.zero !== 'never';
    case 'canary':
      return canaryService(step.settings) === undefined;
    default:
      return true;
  }
}

type From = NonNullable<Extract<Policy['steps'][number], { kind: 'map' }>['settings']['rows'][number]['from']>;

/** Of all but some clients. */
function coversMost({ not, ...places }: From): boolean {
  return not !== undefined && Object.values(places).every((values) => values === undefined);
}

function isOfOneKind(from: From): boolean {
  return Object.values(from).filter((values) => values !== undefined).length === 1;
}
