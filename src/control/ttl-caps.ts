import { ttlCapSeconds } from '../health/ttl.ts';
import type { Clock, Timer } from '../util/clock.ts';
import type { TargetStatus } from './prober.ts';
import type { EndpointTarget } from './targets.ts';

export interface TtlCapsOptions {
  readonly clock: Clock;
  statusOf(key: string): TargetStatus | undefined;
  /** Answers of a service may be kept for another time than before. */
  onChange(service: string): void;
}

// A link that loses some of its packets would have its services compiled at every probe; and no cap is for less.
const patienceMs = 1_000;

/** How long answers with what is probed may be kept, while its verdict is close to a change. */
export class TtlCaps {
  readonly #options: TtlCapsOptions;
  #minSeconds = 0;
  /** In seconds; of those that are close to a change. */
  #caps = new Map<string, number>();
  readonly #changed = new Set<string>();
  #timer: Timer | undefined;

  constructor(options: TtlCapsOptions) {
    this.#options = options;
  }

  /** From now on these are probed, and no cap is below `minSeconds`. */
  configure(targets: readonly EndpointTarget[], minSeconds: number): void {
    this.#minSeconds = minSeconds;
    const before = this.#caps;
    this.#caps = new Map(targets.flatMap(({ key }) => (before.has(key) ? [[key, before.get(key)!]] : [])));
    for (const target of targets) if (before.has(target.key)) this.look(target);
  }

  /** Undefined while nothing speaks for a change. */
  of(key: string): number | undefined {
    return this.#caps.get(key);
  }

  /** Takes note of a result, or of a verdict. */
  look({ key, probe, uses }: EndpointTarget): void {
    const status = this.#options.statusOf(key);
    const cap = status && ttlCapSeconds(status, probe, probe.intervalMs, this.#minSeconds);
    if (cap === this.#caps.get(key)) return;
    if (cap === undefined) this.#caps.delete(key);
    else this.#caps.set(key, cap);
    for (const { service } of uses) this.#changed.add(service);
    this.#timer ??= this.#options.clock.setTimer(patienceMs, () => this.#flush());
  }

  stop(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  #flush(): void {
    this.#timer = undefined;
    const services = [...this.#changed];
    this.#changed.clear();
    for (const service of services) this.#options.onChange(service);
  }
}
