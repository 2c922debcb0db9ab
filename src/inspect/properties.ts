import type { FailureTest, NeverTest, RegionTest } from '../config/schema/tests-schema.ts';
import type { Location } from '../geo/location.ts';
import type { ServiceForm } from '../snapshot/service.ts';
import { areMeant } from '../steering/clients.ts';
import { type Census, censusByAddresses, censusOfClasses } from './census.ts';
import { answersByClass, type ClassAnswers } from './class-answers.ts';
import { type Failure, meantText, percentText } from './expectations.ts';
import { FlowSum, flowsBetween, placementOf } from './flows.ts';
import { formOf, type SteeredType, type Subject } from './subject.ts';
import { isMeant, leafText } from './targets.ts';

/** A service as one type of question sees it. */
interface View {
  readonly service: string;
  readonly type: SteeredType;
  readonly form: ServiceForm;
  /** In which it has endpoints. */
  readonly regions: readonly string[];
}

/**
 * Clients that are answered what they must not be, while all is up or any one region is down; the first found of each
 * service.
 */
export function neverFailures(subject: Subject, { from, to, services }: NeverTest, nowMs: number): readonly Failure[] {
  return viewsOf(subject, services).flatMap(({ service, type, form, regions }) => {
    for (const down of [[], ...regions.map((region) => [region])]) {
      const answers = answersByClass(subject, service, form, { nowMs, down });
      const culprit = culpritIn(subject, answers, (location) => areMeant(from, location), to);
      if (culprit === undefined) continue;
      const when = down.length === 0 ? '' : ` while ${down.join()} is down`;
      return [{ found: `${culprit} by ${service} ${type}${when}`, expected: `never ${meantText(to)}` }];
    }
    return [];
  });
}

/**
 * Regions with endpoints that are answered to nobody while all is up: by any service, or by each of those that are
 * named.
 */
export function everyRegionFailures(subject: Subject, { services }: RegionTest, nowMs: number): readonly Failure[] {
  const views = viewsOf(subject, services);
  const groups = services === undefined ? [views] : [...Map.groupBy(views, ({ service }) => service).values()];
  return groups.flatMap((group) => {
    const serving = new Set(group.flatMap((view) => regionsServing(subject, view, nowMs)));
    const all = new Set(group.flatMap(({ regions }) => regions));
    const by = services === undefined ? 'any service' : group[0].service;
    return [...all]
      .filter((region) => !serving.has(region))
      .map((region) => ({ found: `no client for ${region} by ${by}`, expected: 'a client for every region' }));
  });
}

/** Regions whose failure moves a larger share of the clients of a service than allowed. */
export function singleFailureFailures(
  subject: Subject,
  { share, services }: FailureTest,
  nowMs: number,
): readonly Failure[] {
  const census = censusByAddresses(subject.map);
  return viewsOf(subject, services).flatMap((view) => {
    const before = answersByClass(subject, view.service, view.form, { nowMs, down: [] });
    return view.regions.flatMap((region) => {
      const after = answersByClass(subject, view.service, view.form, { nowMs, down: [region] });
      const moved = movedBetween(before, after, census);
      if (moved * 100 <= share + 1e-9) return [];
      const found = `${percentText(moved)} of the clients of ${view.service} ${view.type} in ${region}`;
      return [{ found, expected: `${share} % at most, should it fail` }];
    });
  });
}

/** The share of clients that the change of a world moves; their classes are the same in both. */
function movedBetween(before: ClassAnswers, after: ClassAnswers, census: Census): number {
  const { classes } = before.situation;
  const weights = censusOfClasses(census, classes.classOf, classes.facts.length);
  const sum = new FlowSum();
  for (const [index, weight] of weights.entries()) {
    const placements = [before, after].map(({ distributions, situation }) =>
      placementOf(distributions[index], situation),
    );
    sum.add(flowsBetween(placements[0], placements[1]), weight);
  }
  return sum.moved;
}

function regionsServing(subject: Subject, { service, form }: View, nowMs: number): readonly string[] {
  const { situation, distributions } = answersByClass(subject, service, form, { nowMs, down: [] });
  const leaves = new Set(
    distributions.flatMap(({ first }) => [...first].flatMap(([leaf, share]) => (share > 0 ? [leaf] : []))),
  );
  return [...leaves].flatMap((leaf) => situation.plan.leaves[leaf].region?.name ?? []);
}

/** The first client, of those that are looked for, that is answered something that is meant. */
function culpritIn(
  { map }: Subject,
  { situation, distributions }: ClassAnswers,
  isLookedFor: (location: Location) => boolean,
  meant: NeverTest['to'],
): string | undefined {
  const { plan, classes } = situation;
  const forbidden = distributions.map(({ named }) => [...named].find((leaf) => isMeant(meant, plan.leaves[leaf])));
  if (forbidden.every((leaf) => leaf === undefined)) return undefined;
  for (const [cell, location] of map.cells.entries()) {
    const leaf = forbidden[classes.classOf[cell]];
    if (leaf !== undefined && isLookedFor(location))
      return `${leafText(plan.leaves[leaf])} for ${locationText(location)}`;
  }
  return undefined;
}

/** The services that names lead to, or those that are named, for each type that they have endpoints for. */
function viewsOf({ config, world }: Subject, services: readonly string[] | undefined): readonly View[] {
  const names = services ?? [...config.services.keys()].filter((name) => config.namedServices.has(name));
  return names.flatMap((service) =>
    (['A', 'AAAA'] as const).flatMap((type): View[] => {
      const form = formOf(type, true);
      const leaves = world.service(service)?.leavesIn(form) ?? [];
      const regions = [...new Set(leaves.flatMap(({ region }) => region?.name ?? []))];
      return leaves.length === 0 ? [] : [{ service, type, form, regions }];
    }),
  );
}

function locationText({ networks, ...place }: Location): string {
  const [network] = networks;
  if (network !== undefined) return `network ${network}`;
  const { city, subdivision, country, continent } = place;
  return (
    [city, subdivision ?? country ?? continent].filter((part) => part !== undefined).join(', ') ||
    'clients of unknown place'
  );
}
