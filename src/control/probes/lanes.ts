import { type Entry, isRunnable, type ProbeTarget } from './entry.ts';
import { kindOf, type ProbeKinds } from './kinds.ts';
import { Lane } from './lane.ts';

/** The lanes of a prober: one for each kind that has a bound of its own, and one for all the others. */
export class Lanes<Target extends ProbeTarget> {
  readonly #kinds: ProbeKinds;
  readonly #atOnceMax: number;
  readonly #run: (entry: Entry<Target>) => Promise<void>;
  readonly #lanes = new Map<string, Lane<Entry<Target>>>();

  /** @param atOnceMax of the lane that most kinds share. */
  constructor(kinds: ProbeKinds, atOnceMax: number, run: (entry: Entry<Target>) => Promise<void>) {
    this.#kinds = kinds;
    this.#atOnceMax = atOnceMax;
    this.#run = run;
  }

  push(entry: Entry<Target>): void {
    const { target } = entry;
    const own = isRunnable(target) ? kindOf(this.#kinds, target.probe).atOnceMax : undefined;
    const name = own === undefined ? '' : target.probe.kind;
    const lane = this.#lanes.get(name) ?? new Lane(own ?? this.#atOnceMax, this.#run);
    this.#lanes.set(name, lane);
    lane.push(entry);
  }

  /** Resolves when all that runs now has ended. */
  async idle(): Promise<void> {
    await Promise.all([...this.#lanes.values()].map((lane) => lane.idle()));
  }
}
