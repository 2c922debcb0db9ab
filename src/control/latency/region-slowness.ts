import { OwnSlowness } from '../../latency/learned/own-slowness.ts';
import { ProbeTimes } from '../../latency/learned/probe-times.ts';
import { isObservation } from '../probes/entry.ts';
import type { ProbeResult } from '../probes/run.ts';
import type { EndpointTarget } from '../verdicts/targets.ts';

interface Probed {
  readonly regions: ReadonlySet<string>;
  readonly times: ProbeTimes;
  /** Whether its last probe passed: what does not answer is no matter of time. */
  isAnswering: boolean;
}

/** How much slower than usual regions are, by the times that probes of their endpoints take. */
export class RegionSlowness {
  readonly #nowMs: () => number;
  #probed = new Map<string, Probed>();
  #regions = new Map<string, OwnSlowness>();

  /** @param nowMs a clock that never goes back. */
  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
  }

  /** Goes on with these targets; what is known of the others is forgotten. */
  keep(targets: readonly EndpointTarget[]): void {
    const probed = new Map<string, Probed>();
    for (const [key, regions] of regionsByKey(targets)) {
      const { times = new ProbeTimes(), isAnswering = false } = this.#probed.get(key) ?? {};
      probed.set(key, { regions, times, isAnswering });
    }
    this.#probed = probed;
    const names = new Set([...probed.values()].flatMap(({ regions }) => [...regions]));
    this.#regions = new Map([...names].map((name) => [name, this.#regions.get(name) ?? new OwnSlowness()]));
  }

  record({ key }: Pick<EndpointTarget, 'key'>, result: ProbeResult): void {
    const probed = this.#probed.get(key);
    if (probed === undefined) return;
    probed.isAnswering = result.ok;
    if (result.ok) probed.times.add(result.durationMs, this.#nowMs());
  }

  /** By region, what is to be added to the round-trip times of all clients. */
  addedMs(): ReadonlyMap<string, number> {
    const excessesMs = new Map([...this.#regions.keys()].map((name): [string, number[]] => [name, []]));
    for (const { regions, times, isAnswering } of this.#probed.values()) {
      if (!isAnswering) continue;
      for (const region of regions) excessesMs.get(region)?.push(times.excessMs);
    }
    const nowMs = this.#nowMs();
    return new Map(
      [...this.#regions].map(([name, slowness]) => [name, slowness.update(excessesMs.get(name) ?? [], nowMs)]),
    );
  }
}

/**
 * The regions that each target speaks for: its own, and those of what it is a part of. Only of observations: a
 * statement that is read takes no time that says anything.
 */
function regionsByKey(targets: readonly EndpointTarget[]): ReadonlyMap<string, ReadonlySet<string>> {
  const byKey = new Map(targets.map((target) => [target.key, target]));
  const regions = new Map<string, Set<string>>();
  const add = (key: string, region: string): void => {
    const target = byKey.get(key);
    const known = regions.get(key) ?? new Set();
    if (target === undefined || known.has(region)) return;
    regions.set(key, known.add(region));
    for (const part of target.parts ?? []) for (const one of part) add(one, region);
  };
  for (const { key, uses, ofRegion } of targets) {
    for (const region of [ofRegion, ...uses.map((use) => use.region)]) if (region !== undefined) add(key, region);
  }
  return new Map([...regions].filter(([key]) => isObservation(byKey.get(key)!)));
}
