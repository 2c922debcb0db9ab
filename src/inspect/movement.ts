import { type GeoMap, locate } from '../geo/geomap.ts';
import type { Address } from '../net/address.ts';
import { leaf } from '../net/trie.ts';
import { overlay } from '../net/trie-transform.ts';
import { censusByAddresses, countValues, isCounted } from './census.ts';
import { answersByClass, type ClassAnswers } from './class-answers.ts';
import { type Flow, FlowSum, flowsBetween, type Placement, placementOf } from './flows.ts';
import { formOf, type SteeredType, type Subject } from './subject.ts';

/** What becomes of the clients of a service when one configuration follows another. */
export interface Movement {
  readonly service: string;
  readonly type: SteeredType;
  /** Of its clients, from 0 to 1. All of them where the service is no more; none where it is new. */
  readonly moved: number;
  /** The largest first. */
  readonly flows: readonly Flow[];
}

/** Clients that are in one cell before and in one after. */
interface Crowd {
  readonly before: number;
  readonly after: number;
  readonly weight: number;
}

/** What a query log has: an address, and how many queries. */
export type QueryLog = readonly (readonly [address: Address, count: number])[];

/**
 * Which clients move when a configuration follows another, of each service that zones name, while all is up. Clients
 * are weighed by a query log; without one by IPv4 addresses (see {@link Census}).
 */
export function movementsBetween(before: Subject, after: Subject, nowMs: number, log?: QueryLog): readonly Movement[] {
  const crowds = log === undefined ? crowdsByAddresses(before.map, after.map) : crowdsByLog(before.map, after.map, log);
  const services = [...before.config.namedServices].sort();
  return services.flatMap((service) =>
    (['A', 'AAAA'] as const).flatMap((type) => movementOf(before, after, { service, type, nowMs, crowds }) ?? []),
  );
}

interface Asked {
  readonly service: string;
  readonly type: SteeredType;
  readonly nowMs: number;
  readonly crowds: readonly Crowd[];
}

/** Undefined if there was nothing of that type before. */
function movementOf(before: Subject, after: Subject, { service, type, nowMs, crowds }: Asked): Movement | undefined {
  const form = formOf(type, true);
  if (!before.world.service(service)?.leavesIn(form).length) return undefined;
  const world = { nowMs, down: [] };
  const old = new Placements(answersByClass(before, service, form, world));
  const isGone = !after.config.namedServices.has(service);
  const next = isGone ? undefined : new Placements(answersByClass(after, service, form, world));
  const sum = new FlowSum();
  for (const crowd of crowds) sum.add(old.flowsTo(next, crowd), crowd.weight);
  return { service, type, moved: sum.moved, flows: sum.flows };
}

const GONE: Placement = new Map([['(no service)', 1]]);

/** Where the clients of each class are sent; what lies between two classes is worked out once. */
class Placements {
  readonly #answers: ClassAnswers;
  readonly #byClass: readonly Placement[];
  readonly #flows = new Map<number, readonly Flow[]>();

  constructor(answers: ClassAnswers) {
    this.#answers = answers;
    this.#byClass = answers.distributions.map((one) => placementOf(one, answers.situation));
  }

  flowsTo(next: Placements | undefined, { before, after }: Crowd): readonly Flow[] {
    const [own, other] = [this.#classOf(before), next === undefined ? 0 : next.#classOf(after)];
    const key = own * 2 ** 26 + other;
    const known = this.#flows.get(key);
    if (known !== undefined) return known;
    const flows = flowsBetween(this.#byClass[own], next === undefined ? GONE : next.#byClass[other]);
    this.#flows.set(key, flows);
    return flows;
  }

  #classOf(cell: number): number {
    return this.#answers.situation.classes.classOf[cell];
  }
}

function crowdsByAddresses(before: GeoMap, after: GeoMap): readonly Crowd[] {
  if (before === after) {
    return [...censusByAddresses(before)].flatMap((weight, cell) =>
      weight > 0 ? [{ before: cell, after: cell, weight }] : [],
    );
  }
  const pairs: { before: number; after: number }[] = [];
  const indexOf = new Map<number, number>();
  const both = overlay(ipv4Of(before), ipv4Of(after), (old, next) => {
    const key = old * after.cells.length + next;
    const known = indexOf.get(key) ?? pairs.push({ before: old, after: next }) - 1;
    indexOf.set(key, known);
    return known;
  });
  const counts = countValues(both, pairs.length);
  const isEither = ({ before: old, after: next }: (typeof pairs)[number]): boolean =>
    isCounted(before, old) || isCounted(after, next);
  return pairs.flatMap((pair, index) => (isEither(pair) ? [{ ...pair, weight: counts[index] }] : []));
}

function crowdsByLog(before: GeoMap, after: GeoMap, log: QueryLog): readonly Crowd[] {
  return log.map(([address, weight]) => ({
    before: locate(before, address).cell,
    after: locate(after, address).cell,
    weight,
  }));
}

/** Grafted addresses in the IPv6 half keep a trie from being overlaid; nobody is counted there. */
function ipv4Of({ trie }: GeoMap): GeoMap['trie'] {
  return { ...trie, root6: leaf(0) };
}
