import { type OutlierSettings, shareFactors } from '../../health/outlier.ts';
import type { Verdict } from '../../health/verdict.ts';
import type { Clock, Timer } from '../../util/clock.ts';
import type { EndpointTarget } from './targets.ts';

export interface ShareFactorsOptions {
  readonly clock: Clock;
  /** How far the last durations of a target are from its usual ones (a robust z-score). */
  scoreOf(key: string): number;
  verdictOf(key: string): Verdict;
  /** A share of an endpoint of a service has changed. */
  onChange(service: string): void;
}

interface Service {
  readonly name: string;
  /** By endpoint, the keys of its targets. */
  readonly keys: Map<string, string[]>;
}

// Every service is looked at once in 5 s, some of them at each tick, so that no verdict waits for 20,000 scores.
const TICK_MS = 100;
const TICKS = 50;

// Smaller changes than this are not worth compiling.
const STEP = 0.05;

/** What part of its share an endpoint keeps while it is slower than it used to be. */
export class ShareFactors {
  readonly #options: ShareFactorsOptions;
  #settings: OutlierSettings | undefined;
  #services: readonly Service[] = [];
  #next = 0;
  /** By service and endpoint; of those below 1. */
  readonly #factors = new Map<string, number>();
  #timer: Timer | undefined;

  constructor(options: ShareFactorsOptions) {
    this.#options = options;
  }

  /** @param settings undefined: slowness costs nothing. */
  configure(targets: readonly EndpointTarget[], settings: OutlierSettings | undefined): void {
    this.#settings = settings;
    this.#services = settings === undefined ? [] : servicesOf(targets);
    this.#next = 0;
    const known = new Set(
      this.#services.flatMap(({ name, keys }) => [...keys.keys()].map((each) => `${name}/${each}`)),
    );
    for (const id of this.#factors.keys()) {
      if (known.has(id)) continue;
      this.#factors.delete(id);
      this.#options.onChange(id.slice(0, id.indexOf('/')));
    }
    this.stop();
    if (this.#services.length > 0) this.#arm();
  }

  of(service: string, endpoint: string): number {
    return this.#factors.get(`${service}/${endpoint}`) ?? 1;
  }

  stop(): void {
    this.#timer?.cancel();
  }

  #arm(): void {
    this.#timer = this.#options.clock.setTimer(TICK_MS, () => {
      const count = Math.ceil(this.#services.length / TICKS);
      for (const service of this.#services.slice(this.#next, this.#next + count)) this.#look(service);
      this.#next += count;
      // With few services, each has its turn once in 5 s, not all the time.
      if (this.#next >= Math.max(this.#services.length, count * TICKS)) this.#next = 0;
      this.#arm();
    });
  }

  /** Only endpoints that are up count for how many may lose shares. */
  #look({ name, keys }: Service): void {
    const up = [...keys].filter(([, own]) => own.some((key) => this.#options.verdictOf(key) === 'up'));
    const scores = up.map(([, own]) => Math.max(...own.map((key) => this.#options.scoreOf(key))));
    const factors = shareFactors(scores, this.#settings!);
    let isChanged = false;
    for (const [index, [endpoint]] of up.entries()) {
      const before = this.of(name, endpoint);
      // A little less than a step: factors that are whole steps apart must not be kept by a rounding error.
      if (Math.abs(factors[index]! - before) < STEP - 1e-9) continue;
      this.#set(`${name}/${endpoint}`, Math.max(this.#settings!.floor, Math.round(factors[index]! / STEP) * STEP));
      isChanged = true;
    }
    if (isChanged) this.#options.onChange(name);
  }

  #set(id: string, factor: number): void {
    if (factor >= 1) this.#factors.delete(id);
    else this.#factors.set(id, factor);
  }
}

/** Services in which a share can go to another endpoint. */
function servicesOf(targets: readonly EndpointTarget[]): readonly Service[] {
  const services = new Map<string, Service>();
  for (const { key, uses } of targets) {
    for (const { service: name, endpoint } of uses) {
      const service = services.get(name) ?? { name, keys: new Map() };
      services.set(name, service);
      service.keys.set(endpoint, [...(service.keys.get(endpoint) ?? []), key]);
    }
  }
  return [...services.values()].filter(({ keys }) => keys.size > 1);
}
