import { combine, flipSecondsOf, type TimedPart } from '../../health/combine.ts';
import { ttlCapSeconds } from '../../health/ttl.ts';
import type { Verdict } from '../../health/verdict.ts';
import type { Clock, Timer } from '../../util/clock.ts';
import type { TargetStatus } from '../probes/entry.ts';
import type { EndpointTarget } from './targets.ts';

export interface TtlCapsOptions {
  readonly clock: Clock;
  /** Undefined for what is combined. */
  statusOf(key: string): TargetStatus | undefined;
  verdictOf(key: string): Verdict;
  /** Answers of a service may be kept for another time than before. */
  onChange(service: string): void;
}

// A link that loses some of its packets would have its services compiled at every probe; and no cap is for less.
const PATIENCE_MS = 1_000;

/** How long answers with what is probed may be kept, while its verdict is close to a change. */
export class TtlCaps {
  readonly #options: TtlCapsOptions;
  #minSeconds = 0;
  /** In seconds; of those that are close to a change. */
  #caps = new Map<string, number>();
  /** By the key of a part, what is combined of it. */
  #wholes = new Map<string, EndpointTarget[]>();
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
    this.#wholes = new Map();
    for (const target of targets) {
      for (const key of new Set(target.parts?.flat())) {
        this.#wholes.set(key, [...(this.#wholes.get(key) ?? []), target]);
      }
    }
    for (const target of targets) if (before.has(target.key)) this.look(target);
  }

  /** Undefined while nothing speaks for a change. */
  of(key: string): number | undefined {
    return this.#caps.get(key);
  }

  /** Takes note of a result, or of a verdict. */
  look(target: EndpointTarget): void {
    const { key, uses } = target;
    const cap = this.#capOf(target);
    if (cap === this.#caps.get(key)) return;
    if (cap === undefined) this.#caps.delete(key);
    else this.#caps.set(key, cap);
    for (const { service } of uses) this.#changed.add(service);
    this.#timer ??= this.#options.clock.setTimer(PATIENCE_MS, () => this.#flush());
    for (const whole of this.#wholes.get(key) ?? []) this.look(whole);
  }

  stop(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  #capOf({ key, probe, parts = [] }: EndpointTarget): number | undefined {
    if (probe.kind !== 'combined') {
      const status = this.#options.statusOf(key);
      return status && ttlCapSeconds(status, probe, probe.intervalMs, this.#minSeconds);
    }
    const seconds = flipSecondsOf(
      probe.atLeast,
      parts.map((keys) => this.#partOf(keys)),
    );
    return Number.isFinite(seconds) ? seconds : undefined;
  }

  /** Of what is up while any of these is; always, where there is none. */
  #partOf(keys: readonly string[]): TimedPart {
    if (keys.length === 0) return { verdict: 'up', flipSeconds: Number.POSITIVE_INFINITY };
    const own = keys.map((key) => ({
      verdict: this.#options.verdictOf(key),
      flipSeconds: this.#caps.get(key) ?? Number.POSITIVE_INFINITY,
    }));
    return {
      verdict: combine(
        1,
        own.map(({ verdict }) => verdict),
      ),
      flipSeconds: flipSecondsOf(1, own),
    };
  }

  #flush(): void {
    this.#timer = undefined;
    const services = [...this.#changed];
    this.#changed.clear();
    for (const service of services) this.#options.onChange(service);
  }
}
