import type { EndpointConfig, RegionConfig, ServiceConfig } from '../config/config.ts';
import { TYPE } from '../dns/constants.ts';
import type { Location } from '../geo/location.ts';
import { hashText } from '../net/client-prefix.ts';
import { SERVICE_FORM, type ServiceForm } from '../snapshot/service.ts';
import { decideFromFacts } from '../steering/decide.ts';
import type { Decision, EndpointState, Mode, World } from '../steering/decision.ts';
import {
  type Leaf,
  type PlanFacts,
  planOf,
  type SteeredService,
  servicesIn,
  type WholePlan,
} from '../steering/plan.ts';
import { changesMs, type Moment } from '../steering/policy.ts';
import { answersOf } from '../steering/service-decision.ts';
import type { Condition } from '../steering/steps/when.ts';
import { assert } from '../util/assert.ts';
import type { AlikeClasses, Groups } from './alike.ts';
import { BlockBuilder } from './block.ts';
import type { Classifier, ClassMap } from './classes.ts';
import { CNAME_FORMS, type Form, type Offer, PLAIN_FORMS, TTL_SECONDS_MAX } from './forms.ts';
import type { Present } from './present.ts';
import type { RowTries } from './row-tries.ts';
import { RowWriter, type StoredLeaf } from './rows.ts';

/** The world around a service, as far as compiling it needs it. */
export interface Surroundings {
  readonly services: ReadonlyMap<string, ServiceConfig>;
  readonly regions: ReadonlyMap<string, RegionConfig>;
  readonly steered: ReadonlyMap<string, SteeredService>;
  /** Numbers of regions, by name. */
  readonly regionIndex: ReadonlyMap<string, number>;
  readonly classifier: Classifier;
  readonly tries: RowTries;
}

/** Where the answers of a leaf come from. */
interface Origin {
  readonly service: ServiceConfig;
  readonly endpoint: EndpointConfig;
  readonly isDraining: boolean;
}

/** The plan of a service in one form, and the classes of its clients. */
interface Part {
  readonly form: Form;
  readonly plan: WholePlan;
  readonly origins: readonly Origin[];
  readonly classes: ClassMap;
  readonly alike: AlikeClasses | undefined;
  /** By leaf: whether it was up when something of its service last was. */
  readonly wasGood: boolean[];
  trieSlot: number | undefined;
  /** Of the decisions as they were compiled last. */
  modes: ReadonlySet<Mode>;
}

/** A service in one form as things are: what is decided from, for whoever asks why. */
export interface Situation {
  readonly plan: WholePlan;
  readonly classes: ClassMap;
  readonly world: World;
  /** By leaf: the records that it would be answered with; undefined where none are known. */
  readonly records: readonly ({ readonly rdatas: readonly Uint8Array[]; readonly type: number } | undefined)[];
}

/** The form whose table is shared where no endpoint is a CNAME. */
const PLAIN_OF: Readonly<Record<ServiceForm, ServiceForm>> = {
  [SERVICE_FORM.A]: SERVICE_FORM.A,
  [SERVICE_FORM.AAAA]: SERVICE_FORM.AAAA,
  [SERVICE_FORM.A_OR_CNAME]: SERVICE_FORM.A,
  [SERVICE_FORM.AAAA_OR_CNAME]: SERVICE_FORM.AAAA,
  [SERVICE_FORM.CNAME]: SERVICE_FORM.CNAME,
};

/** One service: divided into classes once, compiled again at each change of what it depends on. */
export class CompiledService {
  readonly name: string;
  readonly slot: number;
  readonly #surroundings: Surroundings;
  readonly #parts: readonly Part[];
  readonly #hasCnames: boolean;

  constructor(name: string, slot: number, surroundings: Surroundings) {
    this.name = name;
    this.slot = slot;
    this.#surroundings = surroundings;
    const { services, steered } = surroundings;
    const origins = planOf(name, steered).leaves.map((leaf) => originOf(leaf, surroundings));
    this.#hasCnames = origins.some(({ endpoint }) => endpoint.cname !== undefined);
    const forms = this.#hasCnames ? [...PLAIN_FORMS, ...CNAME_FORMS] : PLAIN_FORMS;
    this.#parts = forms.map((form) => {
      const plan = planOf(name, steered, (service, endpoint) => includes(form, services, service.name, endpoint.name));
      const classes = surroundings.classifier.classify(plan);
      return {
        form,
        plan,
        origins: plan.leaves.map((leaf) => originOf(leaf, surroundings)),
        classes,
        alike: surroundings.classifier.alike(plan, classes),
        wasGood: plan.leaves.map(() => false),
        trieSlot: undefined,
        modes: new Set(),
      };
    });
  }

  /** The services that an answer may come from. */
  get dependsOn(): readonly string[] {
    return this.#parts.flatMap(({ plan }) => servicesIn(plan));
  }

  /** What the policies look at besides. */
  get looksAt(): readonly Condition[] {
    return this.#parts.flatMap(({ plan }) =>
      plan.plans.flatMap(({ steps }) =>
        steps.flatMap(({ guards }) => guards.flatMap(({ conditions }) => conditions.while ?? [])),
      ),
    );
  }

  /** How its answers come about since it was compiled last, by some clients or others; only `normal` while all is well. */
  get modes(): readonly Mode[] {
    return [...new Set(this.#parts.flatMap(({ modes }) => [...modes]))].sort();
  }

  /** The plans, by form: what asks and explains decides by them, too. */
  get plans(): readonly WholePlan[] {
    return this.#parts.map(({ plan }) => plan);
  }

  /** When a step may apply otherwise by the clock alone; undefined: never. */
  changesMs(nowMs: number): number | undefined {
    const times = this.#parts.flatMap(({ plan }) =>
      plan.plans.flatMap(({ steps }) => steps.flatMap((step) => changesMs(step, nowMs) ?? [])),
    );
    return times.length === 0 ? undefined : Math.min(...times);
  }

  /**
   * The block of the service as things are at present (see snapshot/service). If it is urgent it may come out with longer
   * scopes than need be, and is to be compiled again when there is time.
   */
  compile(present: Present, moment: Moment, isUrgent: boolean): { block: SharedArrayBuffer; isRough: boolean } {
    const block = new BlockBuilder();
    let isRough = false;
    for (const part of this.#parts) isRough = this.#append(block, part, present, moment, isUrgent) || isRough;
    if (!this.#hasCnames) {
      block.shareTable(SERVICE_FORM.A_OR_CNAME, SERVICE_FORM.A);
      block.shareTable(SERVICE_FORM.AAAA_OR_CNAME, SERVICE_FORM.AAAA);
    }
    return { block: block.toBlock(), isRough };
  }

  /** The same service with tries of its own: to ask what it would answer leaves what is served as it is. */
  apart(tries: RowTries): CompiledService {
    const copy = new CompiledService(this.name, this.slot, { ...this.#surroundings, tries });
    for (const [index, { wasGood }] of this.#parts.entries())
      copy.#parts[index].wasGood.splice(0, Infinity, ...wasGood);
    return copy;
  }

  /** What it decides from in a form, as things are at present. Calls remember what was up last, as compiling does. */
  situation(form: ServiceForm, present: Present, moment: Moment): Situation {
    const part = this.#parts.find((one) => one.form.form === (this.#hasCnames ? form : PLAIN_OF[form]));
    assert(part !== undefined, `service ${this.name} has the form`);
    const offers = offersOf(part, present);
    const world = worldOf(part, offers, present, moment);
    const records = offers.map((offer, leaf) => {
      const rdatas = rdatasOf(offer, world.states[leaf]);
      return offer.kind === 'records' && rdatas !== undefined ? { rdatas, type: offer.type } : undefined;
    });
    return { plan: part.plan, classes: part.classes, world, records };
  }

  /** What a plan of it reads of clients at a location. */
  read(plan: WholePlan, location: Location): PlanFacts {
    return this.#surroundings.classifier.read(plan, location);
  }

  /** Adds the table of a part; returns whether its scopes may be longer than need be. */
  #append(block: BlockBuilder, part: Part, present: Present, moment: Moment, isUrgent: boolean): boolean {
    const { form, classes, plan } = part;
    const offers = offersOf(part, present);
    const world = worldOf(part, offers, present, moment);
    const leaves = offers.map((offer, leaf) => this.#store(block, plan.leaves[leaf], offer, world.states[leaf]));
    const rows = new RowWriter(block, leaves, form.form === SERVICE_FORM.CNAME);
    const answers = world.answersMin ?? answersOf(plan.root, plan.root.steps);
    const groups = part.alike?.groups(plan.root, world.states, answers);
    const numbers = new RowNumbers();
    const modes = new Set<Mode>();
    const rowOf = (facts: PlanFacts): number => {
      const decision = decideFromFacts(plan, facts, world);
      noteModes(decision, modes);
      return numbers.of(rows.add(decision));
    };
    const rowOfClass =
      groups === undefined ? Int32Array.from(classes.facts, rowOf) : rowsOfGroups(groups, classes, rowOf);
    part.modes = modes;
    const before = part.trieSlot;
    const { tries } = this.#surroundings;
    const { slot, isByClass } = tries.acquire(classes, rowOfClass, isUrgent);
    part.trieSlot = slot;
    if (before !== undefined) tries.release(before);
    const offsets = isByClass ? Array.from(rowOfClass, (row) => numbers.offsets[row]) : numbers.offsets;
    block.addTable(form.form, offsets, slot);
    return isByClass;
  }

  #store(block: BlockBuilder, { service, endpoint, region }: Leaf, offer: Offer, state: EndpointState): StoredLeaf {
    const id = hashText(`${service}/${endpoint ?? ''}`);
    const regionIndex = region === undefined ? -1 : (this.#surroundings.regionIndex.get(region.name) ?? -1);
    const rdatas = rdatasOf(offer, state);
    if (offer.kind !== 'records' || rdatas === undefined) {
      return { id, regionIndex, rdatas: [], type: 0, ttlSecondsMax: TTL_SECONDS_MAX, records: undefined };
    }
    const { type, ttlSecondsMax } = offer;
    return { id, regionIndex, rdatas, type, ttlSecondsMax, records: block.addRecords(type, rdatas) };
  }
}

function noteModes(decision: Decision, into: Set<Mode>): void {
  if (decision.kind !== 'split') {
    into.add(decision.mode);
    return;
  }
  noteModes(decision.inside, into);
  noteModes(decision.outside, into);
}

/** Numbers rows by their offsets, in the order in which they come. */
class RowNumbers {
  readonly offsets: number[] = [];
  readonly #numberByOffset = new Map<number, number>();

  of(offset: number): number {
    const known = this.#numberByOffset.get(offset);
    if (known !== undefined) return known;
    this.#numberByOffset.set(offset, this.offsets.length);
    return this.offsets.push(offset) - 1;
  }
}

function rowsOfGroups(
  { groupOfClass, representatives }: Groups,
  { facts }: ClassMap,
  rowOf: (facts: PlanFacts) => number,
): Int32Array {
  const rowOfGroup = representatives.map((number) => rowOf(facts[number]));
  return groupOfClass.map((group) => rowOfGroup[group]);
}

/** Whether an endpoint may ever have something in a form; of one that is a service, whether one of that service's may. */
function includes(form: Form, services: ReadonlyMap<string, ServiceConfig>, service: string, name: string): boolean {
  const endpoint = services.get(service)?.endpoints.find((one) => one.name === name);
  assert(endpoint !== undefined, `service ${service} has an endpoint ${name}`);
  if (endpoint.service === undefined) return form.includes(endpoint);
  const nested = services.get(endpoint.service);
  return nested?.endpoints.some((inner) => includes(form, services, nested.name, inner.name)) ?? false;
}

function originOf(leaf: Leaf, { services, regions }: Surroundings): Origin {
  const service = services.get(leaf.service);
  assert(service !== undefined, `service ${leaf.service} is defined`);
  const endpoint =
    leaf.endpoint === undefined ? fixedEndpoint(service) : service.endpoints.find(({ name }) => name === leaf.endpoint);
  assert(endpoint !== undefined, `service ${leaf.service} has an endpoint ${leaf.endpoint}`);
  const isInDrainingRegion = endpoint.region !== undefined && regions.get(endpoint.region)?.isDraining === true;
  return { service, endpoint, isDraining: endpoint.isDraining || isInDrainingRegion };
}

/** A service's fixed addresses, in the shape of an endpoint that nobody probes. */
function fixedEndpoint({ fixed }: ServiceConfig): EndpointConfig {
  const { a, aaaa } = fixed ?? { a: [], aaaa: [] };
  return { name: '', region: undefined, a, aaaa, isDraining: false, weight: 1, check: undefined };
}

function offersOf({ form, origins }: Part, present: Present): readonly Offer[] {
  return origins.map(({ service, endpoint }) => form.offer(service, endpoint, present));
}

function rdatasOf(offer: Offer, state: EndpointState): readonly Uint8Array[] | undefined {
  if (offer.kind !== 'records') return undefined;
  return state === 'down' ? offer.all : offer.up;
}

function worldOf(part: Part, offers: readonly Offer[], present: Present, moment: Moment): World {
  const { plan, origins, wasGood } = part;
  const states = offers.map((offer, leaf): EndpointState => {
    const { service, endpoint, isDraining } = origins[leaf];
    if (offer.kind !== 'records') return offer.kind;
    if (plan.leaves[leaf].endpoint !== undefined && !offer.isUp) return 'down';
    return isDraining || present.isDraining?.(service, endpoint) === true ? 'draining' : 'up';
  });
  for (const name of new Set(plan.leaves.map(({ service }) => service))) {
    const own = plan.leaves.flatMap(({ service, endpoint }, leaf) =>
      service === name && endpoint !== undefined ? [leaf] : [],
    );
    if (own.some((leaf) => states[leaf] === 'up')) for (const leaf of own) wasGood[leaf] = states[leaf] === 'up';
  }
  const hasAliases = offers.some((offer) => offer.kind === 'records' && offer.type === TYPE.CNAME);
  // Of CNAMEs that are drawn after addresses none is answered: which endpoints an answer comes to, only the draw tells.
  const whole = hasAliases ? { answersMin: Number.POSITIVE_INFINITY } : {};
  return { nowMs: moment.nowMs, stateOf: (other) => moment.stateOf(other), states, wasGood, ...whole };
}
