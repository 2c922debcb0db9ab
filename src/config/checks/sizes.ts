import { CANARIES_MAX, CONDITIONS_DEPTH_MAX, ENDPOINTS_MAX, FENCES_MAX, PLANS_MAX } from '../../steering/plan.ts';
import type { Problem } from '../../util/problem.ts';
import type { Document } from '../reading/document.ts';
import type { Path } from '../reading/path.ts';
import { entriesIn, keysIn, written } from '../reading/written.ts';
import { stepsIn } from '../schema/policy.ts';
import { inOrder, type Leads, leadsIn } from './leads.ts';

/** What a service and all that it leads to come to; what there are several ways to counts as often. */
interface Size {
  readonly services: number;
  readonly fences: number;
  readonly canaries: number;
  /** Of endpoints each once: the services to which they belong. */
  readonly reached: ReadonlySet<string>;
}

/** Services that lead to more than can be decided, and conditions in conditions beyond all use. */
export function checkSizes(document: Document): readonly Problem[] {
  return [...checkServices(document), ...checkDepths(document)];
}

/** Told of those services alone that lead to none of which it is told. */
function checkServices(document: Document): readonly Problem[] {
  const leads = leadsIn(document.value);
  const sizes = sizesOf(document.value, leads);
  const excesses = new Map(
    [...sizes].map(([name, size]) => [name, excessesOf(size, endpointCount(document.value, size))]),
  );
  return [...excesses].flatMap(([name, own]) => {
    const below = new Set(
      (leads.get(name) ?? []).flatMap(({ to }) => (excesses.get(to) ?? []).map(({ code }) => code)),
    );
    return own
      .filter(({ code }) => !below.has(code))
      .map(({ code, expected, found }) => document.atKey(['services', name], code, expected, found));
  });
}

function excessesOf({ services, fences, canaries }: Size, endpoints: number) {
  return [
    { code: 'too-many-services', count: services, max: PLANS_MAX, what: 'services' },
    { code: 'too-many-fences', count: fences, max: FENCES_MAX, what: 'fences' },
    { code: 'too-many-canaries', count: canaries, max: CANARIES_MAX, what: 'canaries' },
    { code: 'too-many-endpoints', count: endpoints, max: ENDPOINTS_MAX, what: 'endpoints' },
  ]
    .filter(({ count, max }) => count > max)
    .map(({ code, count, max, what }) => ({
      code,
      expected: `at most ${max} in a service and all that it leads to, once for each way there`,
      found: `${count > 1e6 ? 'millions of' : count} ${what}`,
    }));
}

/** By service; without those that are in a loop or lead to one, of which there is no size. */
function sizesOf(value: unknown, leads: Leads): ReadonlyMap<string, Size> {
  const sizes = new Map<string, Size>();
  for (const name of inOrder(leads)) {
    const below = (leads.get(name) ?? []).flatMap(({ to }) => sizes.get(to) ?? []);
    sizes.set(name, sum(ownSize(value, name), below));
  }
  return sizes;
}

function ownSize(value: unknown, name: string): Size {
  const steps = stepsIn(written(value, 'policies', String(written(value, 'services', name, 'policy'))), []);
  const count = (wanted: string): number => steps.filter(({ kind }) => kind === wanted).length;
  return { services: 1, fences: count('fence'), canaries: count('canary'), reached: new Set([name]) };
}

function sum(own: Size, below: readonly Size[]): Size {
  const total = (key: 'services' | 'fences' | 'canaries'): number =>
    below.reduce((count, size) => count + size[key], own[key]);
  const services = total('services');
  return {
    services,
    fences: total('fences'),
    canaries: total('canaries'),
    // With too many services it no longer matters, and must not grow without bound.
    reached: services > PLANS_MAX ? own.reached : new Set([own, ...below].flatMap(({ reached }) => [...reached])),
  };
}

function endpointCount(value: unknown, { reached }: Size): number {
  return [...reached].reduce((count, name) => count + keysIn(written(value, 'services', name, 'endpoints')).length, 0);
}

function checkDepths(document: Document): readonly Problem[] {
  return entriesIn(written(document.value, 'policies')).flatMap(([name, steps]) => {
    const deep = stepsIn(steps, ['policies', name]).find(({ path }) => depthOf(path) > CONDITIONS_DEPTH_MAX);
    if (deep === undefined) return [];
    const expected = `a step within at most ${CONDITIONS_DEPTH_MAX} conditions`;
    const entry = deep.path.slice(0, -1);
    return [document.atValue(entry, 'too-many-conditions', expected, `${deep.kind} within ${depthOf(deep.path)}`)];
  });
}

/** Of a path through a policy: `when` stands before each `steps` and `else`. */
function depthOf(path: Path): number {
  return path.slice(2).filter((key) => key === 'steps' || key === 'else').length;
}
