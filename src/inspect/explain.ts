import type { Situation } from '../compile/part.ts';
import type { Present } from '../compile/present.ts';
import { RowTries } from '../compile/row-tries.ts';
import type { CompiledService } from '../compile/services.ts';
import { TYPE } from '../dns/constants.ts';
import { nameFromText, nameToText, ROOT } from '../dns/name.ts';
import { type Address, formatAddress } from '../net/address.ts';
import { formatPrefix, prefixOf } from '../net/prefix.ts';
import { NamesView } from '../snapshot/names-view.ts';
import type { ServiceForm } from '../snapshot/service.ts';
import { decideFromFacts } from '../steering/decide.ts';
import type { Outcome } from '../steering/decision.ts';
import type { PlanFacts } from '../steering/plan.ts';
import type { Moment } from '../steering/policy.ts';
import { isNow } from '../steering/service-decision.ts';
import { Trace, type TraceEvent } from '../steering/trace.ts';
import { assert } from '../util/assert.ts';
import { type Client, findClient } from './clients.ts';
import { type Course, courseOf, isTakenBy, stickyOrder } from './course.ts';
import type { AnswerNote, CanaryNote, Explanation, ServiceNote, ShareNote, SteeringNote } from './explanation.ts';
import { isExploring, latencyNotes } from './latency-notes.ts';
import { type NamedService, resolveName } from './names.ts';
import { withDown } from './presents.ts';
import { ServiceNotes } from './service-notes.ts';
import { distributionOf, partsOf, tiersOf } from './shares.ts';
import { formOf, type SteeredType, type Subject, TYPE_NUMBER } from './subject.ts';
import { answerInTables } from './tables.ts';

/** What is asked: what a name answers a client, as things are at present or would be. */
export interface Question {
  readonly name: string;
  /** See {@link findClient}. */
  readonly from: string;
  readonly type: SteeredType;
  readonly present: Present;
  /** Regions, services and endpoints that are taken to be down besides. */
  readonly down: readonly string[];
}

export type Explained =
  | { readonly ok: true; readonly explanation: Explanation }
  /** Which part of the question makes no sense, and what would. */
  | { readonly ok: false; readonly part: 'name' | 'from' | 'down'; readonly found: string; readonly expected: string };

/** Decides what a client is answered, by the function that serves, and says why. What is served is not touched. */
export function explain(subject: Subject, question: Question): Explained {
  const { type, present, down } = question;
  const name = nameFromText(question.name, ROOT);
  if (!name.ok) return { ok: false, part: 'name', found: question.name, expected: `a domain name: ${name.reason}` };
  const found = findClient(subject, question.from);
  if (!found.ok) return { ok: false, part: 'from', found: question.from, expected: found.expected };
  const downed = withDown(subject.config, present, down);
  if (!downed.ok) return { ok: false, part: 'down', found: downed.problem.name, expected: downed.problem.expected };
  const { client } = found;
  const { kind, aliases, service } = resolveName(new NamesView(subject.world.names), name.name, TYPE_NUMBER[type]);
  const at = new Date(present.nowMs).toISOString();
  const asked = { name: nameToText(name.name), type, at, down, aliases, found: kind, client: clientNote(client) };
  if (service === undefined) return { ok: true, explanation: asked };
  const steering = new Inspection(subject, service, type, client, present).explain(downed.present);
  return { ok: true, explanation: { ...asked, steering } };
}

/** One service, looked at for one client. */
class Inspection {
  readonly #subject: Subject;
  readonly #service: CompiledService;
  readonly #form: ServiceForm;
  readonly #ttlSeconds: number;
  readonly #client: Client;

  constructor(
    subject: Subject,
    { slot, ttlSeconds, isAlone }: NamedService,
    type: SteeredType,
    client: Client,
    present: Present,
  ) {
    const service = subject.world.service(subject.world.serviceNames[slot])?.apart(new RowTries());
    assert(service !== undefined, 'the names in force are those of the services in force');
    this.#subject = subject;
    this.#service = service;
    this.#form = formOf(type, isAlone);
    this.#ttlSeconds = ttlSeconds;
    this.#client = client;
    // Before what is taken to be down went down: so what was good last is known.
    service.compile(present, subject.world.momentOf(present), false);
  }

  explain(present: Present): SteeringNote {
    const moment = this.#subject.world.momentOf(present);
    const situation = this.#service.situation(this.#form, present, moment);
    const { plan, world } = situation;
    const facts = this.#service.read(plan, this.#client.location);
    const decision = decideFromFacts(plan, facts, world);
    const trace = new Trace();
    decideFromFacts(plan, facts, world, trace);
    const canaries = this.#canaries(situation, trace.events);
    const taken = canaries.map(({ isTaken = false }) => isTaken);
    const course = courseOf(decision, this.#client.address);
    const { outcome } = course;
    const latency = latencyNotes(this.#service, plan, this.#client.location);
    const answer = this.#answer(outcome, situation, present, moment);
    const { first, nothing } = distributionOf(decision, situation);
    return {
      service: this.#service.name,
      answer,
      shares: [
        ...[...first].map(([leaf, share]) => shareNote(situation, leaf, share)),
        ...[...nothing].map(([kind, share]): ShareNote => ({ percent: percent(share), nothing: kind })),
      ].sort((a, b) => b.percent - a.percent),
      canaries,
      ...(latency.length > 0 && { latency }),
      ...(isExploring(course) && { isExploring: true }),
      services: this.#services(situation, facts, eventsOn(trace.events, taken), course),
    };
  }

  #answer(outcome: Outcome, situation: Situation, present: Present, moment: Moment): AnswerNote {
    const { address } = this.#client;
    const { mode, answers, draw } = outcome;
    const tables = address && answerInTables(this.#service, this.#form, present, moment, address);
    const tiers = outcome.kind === 'draw' ? tiersOf(outcome, situation) : [];
    const ttlSecondsMax = tables?.ttlSecondsMax ?? (tiers.length > 0 ? this.#ttlSeconds : undefined);
    return {
      kind: outcome.kind === 'draw' ? (tiers.length > 0 ? 'endpoints' : 'unknown') : outcome.kind,
      ...{ mode, answers, draw: draw.kind },
      endpoints: this.#endpoints(outcome, situation),
      ...(ttlSecondsMax !== undefined && { ttlSeconds: Math.min(ttlSecondsMax, this.#ttlSeconds) }),
      ...(tables && address && { scope: scopeNote(address, tables.scopeBits) }),
    };
  }

  /** All that an answer to this client may name: the first tier by its draw, and what may follow. */
  #endpoints(outcome: Outcome, situation: Situation): readonly ShareNote[] {
    const { address } = this.#client;
    const { draw, answers } = outcome;
    const tiers = outcome.kind === 'draw' ? tiersOf(outcome, situation) : [];
    if (draw.kind !== 'sticky' || address === undefined) {
      return tiers.flatMap((tier, index) =>
        partsOf(tier).map(({ leaf, part }) => shareNote(situation, leaf, index === 0 ? part : 0)),
      );
    }
    const order = tiers.flatMap((tier) => stickyOrder(tier, situation.plan.leaves, address, draw));
    return order.slice(0, answers).map((leaf, index) => shareNote(situation, leaf, index === 0 ? 1 : 0));
  }

  #canaries({ plan }: Situation, events: readonly TraceEvent[]): readonly CanaryNote[] {
    const { address } = this.#client;
    return plan.canaries.map(({ plan: { service }, step }, index): CanaryNote => {
      assert(step.step.kind === 'canary', 'canaries are steps of that kind');
      const { name = service.policy.name, ipv4Prefix: ipv4Bits, ipv6Prefix: ipv6Bits } = step.step.settings;
      const branch = events.find((event) => event.kind === 'branch' && event.step.canary?.index === index);
      const perMille = branch?.kind === 'branch' ? branch.perMille : 0;
      const isTaken = isTakenBy({ name, perMille, ipv4Bits, ipv6Bits }, address);
      const isTold = address !== undefined || perMille === 0 || perMille === 1000;
      return { service: service.name, step: step.number, name, percent: perMille / 10, ...(isTold && { isTaken }) };
    });
  }

  #services(
    situation: Situation,
    facts: PlanFacts,
    events: readonly TraceEvent[],
    course: Course,
  ): readonly ServiceNote[] {
    const { outcome } = course;
    const { plan, world } = situation;
    const answered = new Set(
      outcome.kind === 'draw' ? tiersOf(outcome, situation).flatMap((tier) => tier.map(({ leaf }) => leaf)) : [],
    );
    return plan.plans.flatMap((one) => {
      const notes = new ServiceNotes(one, events, isExploring(course), (step) => isNow(one, step, facts, world));
      const config = this.#subject.config.services.get(one.service.name);
      return config === undefined || notes.isEmpty ? [] : [notes.note(config, answered)];
    });
  }
}

/** The events on the course of clients that are taken by these canaries. */
function eventsOn(events: readonly TraceEvent[], taken: readonly boolean[]): readonly TraceEvent[] {
  const course: boolean[] = [];
  return events.filter((event) => {
    if (event.kind !== 'branch') return taken.every((is, index) => course[index] === is);
    if (event.step.canary !== undefined) course[event.step.canary.index] = event.isTaken;
    return false;
  });
}

function clientNote({ from, address, knownBy, location: { networks, ...place } }: Client): Explanation['client'] {
  return { from, ...(address && { address: formatAddress(address) }), knownBy, networks, place };
}

function shareNote({ plan, records }: Situation, leaf: number, share: number): ShareNote {
  const { service, endpoint, region } = plan.leaves[leaf];
  const { type, rdatas } = records[leaf] ?? { type: 0, rdatas: [] };
  return {
    percent: percent(share),
    service,
    ...(endpoint !== undefined && { endpoint }),
    ...(region !== undefined && { region: region.name }),
    addresses: rdatas.map((rdata) => rdataText(type, rdata)),
  };
}

function rdataText(type: number, rdata: Uint8Array): string {
  if (type === TYPE.CNAME) return nameToText(Buffer.from(rdata).toString('latin1'));
  return formatAddress({ family: type === TYPE.A ? 4 : 6, bytes: rdata });
}

function scopeNote(address: Address, prefixLength: number): NonNullable<AnswerNote['scope']> {
  return { network: formatPrefix(prefixOf(address, prefixLength)), prefixLength };
}

/** With as many digits as make sense to someone: a hundredth. */
function percent(share: number): number {
  return Math.round(share * 10_000) / 100;
}
