import { combine } from '../../health/combine.ts';
import type { Verdict } from '../../health/verdict.ts';
import type { ProbeTarget } from './entry.ts';

/** A combined target, and what it is at present. */
export interface Combined<Target extends ProbeTarget> {
  target: Target;
  verdict: Verdict;
  sinceMs: number;
}

/** Combined targets: they have no schedule, and follow the verdicts that they are made of at once. */
export class CombinedTargets<Target extends ProbeTarget> {
  #byKey = new Map<string, Combined<Target>>();
  /** By the key of a part. */
  #dependents = new Map<string, Combined<Target>[]>();

  /** Replaces the list; what is in both keeps its verdict until {@link recompute}. */
  set(targets: readonly Target[], nowMs: number): void {
    const before = this.#byKey;
    this.#byKey = new Map();
    this.#dependents = new Map();
    for (const target of targets) {
      const { verdict = 'unknown', sinceMs = nowMs } = before.get(target.key) ?? {};
      const combined: Combined<Target> = { target, verdict, sinceMs };
      this.#byKey.set(target.key, combined);
      for (const key of new Set((target.parts ?? []).flat())) {
        this.#dependents.set(key, [...(this.#dependents.get(key) ?? []), combined]);
      }
    }
  }

  get(key: string): Combined<Target> | undefined {
    return this.#byKey.get(key);
  }

  all(): Iterable<Combined<Target>> {
    return this.#byKey.values();
  }

  dependentsOf(key: string): readonly Combined<Target>[] {
    return this.#dependents.get(key) ?? [];
  }
}

/** The verdict on a combined target by those on its parts. */
export function verdictOf({ probe, parts = [] }: ProbeTarget, verdictOfKey: (key: string) => Verdict): Verdict {
  if (probe.kind !== 'combined') return 'unknown';
  const verdicts = parts.map((keys): Verdict => (keys.length === 0 ? 'up' : combine(1, keys.map(verdictOfKey))));
  return combine(probe.atLeast, verdicts);
}

/** The parts that are probes of the same endpoint. */
export function ownPartsOf({ probe, parts = [] }: ProbeTarget): readonly string[] {
  if (probe.kind !== 'combined') return [];
  return parts.filter((_, index) => 'probe' in probe.of[index]!).flat();
}
