import type { Config, ServerConfig } from '../config/config.ts';
import type { GeoMap } from '../geo/geomap.ts';
import type { Publication } from '../snapshot/snapshot.ts';
import type { Mode } from '../steering/decision.ts';
import type { Moment } from '../steering/policy.ts';
import type { Knowledge } from '../steering/step.ts';
import type { Condition } from '../steering/steps/when.ts';
import type { Sliced } from '../util/slices.ts';
import { Classifier } from './classes.ts';
import { compileNames } from './names.ts';
import type { Present } from './present.ts';
import { RowTries } from './row-tries.ts';
import { CompiledService } from './services.ts';
import { stateAtPresent } from './states.ts';
import { steeredServices } from './steered.ts';

/** What a publication carries besides its number. */
export type Blocks = Omit<Publication, 'generation'>;

/** What is compiled: for zones, either themselves or their block, if that is compiled already. */
type Compiled = Pick<Config, 'regions' | 'services'> &
  (Pick<Config, 'zones'> | { readonly names: SharedArrayBuffer }) & { readonly server?: Pick<ServerConfig, 'explain'> };

/** A configuration and a map, compiled as far as that goes without verdicts and resolved names. */
export class CompiledWorld {
  readonly #config: Omit<Compiled, 'zones' | 'names'>;
  readonly #names: SharedArrayBuffer;
  readonly #tries = new RowTries();
  readonly #services = new Map<string, CompiledService>();
  /** By service, the services whose answers depend on it. */
  readonly #dependents = new Map<string, Set<string>>();
  /** Services whose scopes may be longer than they need be. */
  readonly #rough = new Set<string>();

  constructor(compiled: Compiled, map: GeoMap, knowledge?: Knowledge, classifier = new Classifier(map, knowledge)) {
    const { regions, services, server } = compiled;
    this.#config = { regions, services, ...(server !== undefined && { server }) };
    const surroundings = {
      services,
      regions,
      steered: steeredServices({ regions, services }),
      regionIndex: new Map([...regions.keys()].map((name, index) => [name, index])),
      classifier,
      tries: this.#tries,
      isExplained: server?.explain !== undefined,
    };
    for (const [slot, name] of [...services.keys()].entries()) {
      const compiled = new CompiledService(name, slot, surroundings);
      this.#services.set(name, compiled);
      for (const other of [...compiled.dependsOn, ...compiled.looksAt.flatMap((one) => this.#servicesMeant(one))]) {
        const dependents = this.#dependents.get(other) ?? new Set();
        this.#dependents.set(other, dependents.add(name));
      }
    }
    this.#names = 'names' in compiled ? compiled.names : compileNames(compiled.zones, slotsOf(services));
  }

  /**
   * The same configuration compiled with another map, or other knowledge of clients; undefined if clients divide into
   * the same classes. What was up last is remembered. In slices, since it takes its time.
   */
  *relearning(map: GeoMap, knowledge: Knowledge): Sliced<CompiledWorld | undefined> {
    const classifier = new Classifier(map, knowledge);
    let isSame = true;
    for (const service of this.#services.values()) isSame = (yield* service.comparing(classifier)) && isSame;
    if (isSame) return undefined;
    const world = new CompiledWorld({ ...this.#config, names: this.#names }, map, knowledge, classifier);
    world.remember(this);
    return world;
  }

  /** Takes over what another world remembers of the services and endpoints that both have. */
  remember(other: CompiledWorld): void {
    for (const [name, service] of other.#services) this.#services.get(name)?.remember(service);
  }

  /** The block of names, as it is published. */
  get names(): SharedArrayBuffer {
    return this.#names;
  }

  /** The service with a name; undefined where there is none. */
  service(name: string): CompiledService | undefined {
    return this.#services.get(name);
  }

  /** The names of the services, by their slots. */
  get serviceNames(): readonly string[] {
    return [...this.#services.keys()];
  }

  /** Everything, for a worker that knows nothing. */
  compileAll(present: Present): Blocks {
    this.#rough.clear();
    const { services } = this.#compile(this.#services.values(), present, false);
    this.#tries.takeUnpublished();
    return { names: this.#names, tries: this.#tries.all, services };
  }

  /**
   * {@link compileAll} in slices. Each service is compiled by the present in which its turn comes. `changed` are the
   * services on which something changed since it began: what depends on them is compiled again in the end.
   */
  *compilingAll(present: () => Present, changed: Iterable<string>): Sliced<Blocks> {
    const blocks = new Map<number, SharedArrayBuffer>();
    for (const service of this.#services.values()) {
      const now = present();
      blocks.set(service.slot, (yield* service.compiling(now, this.momentOf(now), false)).block);
      yield;
    }
    for (const { slot, block } of this.compileServices(changed, present()).services) blocks.set(slot, block);
    const services = [...blocks].map(([slot, block]) => ({ slot, block }));
    return { names: this.#names, tries: this.#tries.all, services };
  }

  /** Only some services and those that depend on them, after what they depend on changed. */
  compileServices(names: Iterable<string>, present: Present): Blocks {
    return this.compileWhile(this.dependentsOf(names), present, () => true).blocks;
  }

  /**
   * Compiles services, but not those that depend on them, one after the other while there is time, and the first in any
   * case. Returns the blocks, and the names of the services that were compiled.
   */
  compileWhile(
    names: Iterable<string>,
    present: Present,
    hasTime: () => boolean,
  ): { readonly blocks: Blocks; readonly compiled: readonly string[] } {
    const compiled: string[] = [];
    const blocks = this.#compile(this.#servicesWhile(names, hasTime, compiled), present, true);
    return { blocks, compiled };
  }

  *#servicesWhile(names: Iterable<string>, hasTime: () => boolean, begun: string[]): Generator<CompiledService, void> {
    for (const name of names) {
      if (begun.length > 0 && !hasTime()) return;
      begun.push(name);
      const service = this.#services.get(name);
      if (service !== undefined) yield service;
    }
  }

  /** Services and all whose answers depend on them. */
  dependentsOf(names: Iterable<string>): readonly string[] {
    return [...new Set([...names].flatMap((name) => [...(this.#dependents.get(name) ?? [])]))];
  }

  /** How the answers of a service came about when it was compiled last. */
  modesOf(name: string): readonly Mode[] {
    return this.#services.get(name)?.modes ?? [];
  }

  /** Whether some services have longer scopes than need be, for which there was no time. */
  get isRough(): boolean {
    return this.#rough.size > 0;
  }

  /** Compiles one of them again, with scopes that are as short as they can be. */
  refineOne(present: Present): Blocks {
    const [name] = this.#rough;
    this.#rough.delete(name);
    return this.#compile(
      [this.#services.get(name)].flatMap((service) => service ?? []),
      present,
      false,
    );
  }

  /** The services whose policies change by the clock, and when the first of them will; undefined: none does. */
  changes(nowMs: number): { readonly atMs: number; readonly services: readonly string[] } | undefined {
    const timed = [...this.#services.values()].flatMap((service) => {
      const atMs = service.changesMs(nowMs);
      return atMs === undefined ? [] : [{ name: service.name, atMs }];
    });
    if (timed.length === 0) return undefined;
    const atMs = Math.min(...timed.map((one) => one.atMs));
    return { atMs, services: timed.filter((one) => one.atMs === atMs).map(({ name }) => name) };
  }

  #compile(services: Iterable<CompiledService>, present: Present, isUrgent: boolean): Blocks {
    const moment = this.momentOf(present);
    const compiled = Array.from(services, (service) => {
      const { block, isRough } = service.compile(present, moment, isUrgent);
      if (isRough) this.#rough.add(service.name);
      else this.#rough.delete(service.name);
      return { slot: service.slot, block };
    });
    return { tries: this.#tries.takeUnpublished(), services: compiled };
  }

  /** The present as policies see it. A state that many policies look at is found once. */
  momentOf(present: Present): Moment {
    const known = new Map<string, ReturnType<Moment['stateOf']>>();
    return {
      nowMs: present.nowMs,
      stateOf: (other) => {
        const key = JSON.stringify(other);
        const state = known.get(key) ?? stateAtPresent(this.#config, present, other);
        known.set(key, state);
        return state;
      },
    };
  }

  /** The services whose states a condition looks at. */
  #servicesMeant(other: Condition): readonly string[] {
    if ('service' in other) return this.#leadsTo(other.service);
    return [...this.#config.services.values()]
      .filter(({ endpoints }) => endpoints.some(({ region }) => region === other.region))
      .flatMap(({ name }) => this.#leadsTo(name));
  }

  /** A service and the services that are endpoints of it, however deep. */
  #leadsTo(name: string): readonly string[] {
    const endpoints = this.#config.services.get(name)?.endpoints ?? [];
    return [name, ...endpoints.flatMap(({ service }) => (service === undefined ? [] : this.#leadsTo(service)))];
  }
}

function slotsOf(services: Config['services']): Parameters<typeof compileNames>[1] {
  return new Map([...services.values()].map(({ name, ttlSeconds }, slot) => [name, { slot, ttlSeconds }]));
}
