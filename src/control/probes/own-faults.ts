import type { Clock } from '../../util/clock.ts';
import type { ProbeResult } from './run.ts';

/** A fault of ours that keeps probes from finding anything out. */
export interface OwnFault {
  /** What the probes say of it; for code that threw, the stack. */
  readonly why: string;
  readonly isThrown: boolean;
  /** How many probes met it since it was told last. */
  readonly probes: number;
}

// What keeps one probe from looking keeps thousands of them: once a minute is enough to be heard.
const silenceMs = 60_000;

// There are some ten reasons; what has more of them has made them up.
const reasonsMax = 100;

interface Told {
  atMs: number;
  probes: number;
}

/** Tells of faults of ours at once, and of those that go on once a minute, however many probes meet them. */
export class OwnFaults {
  readonly #clock: Clock;
  readonly #tell: (fault: OwnFault) => void;
  readonly #told = new Map<string, Told>();

  constructor(clock: Clock, tell: (fault: OwnFault) => void) {
    this.#clock = clock;
    this.#tell = tell;
  }

  /** Takes note of a result. A stall is no fault: it is over, and the probe is made again. */
  look(result: ProbeResult): void {
    if (result.ok) return;
    const { fault, reason, thrown } = result;
    if (thrown !== undefined) this.#count(stackOf(thrown), true);
    else if (fault === 'observer') this.#count(reason, false);
  }

  #count(why: string, isThrown: boolean): void {
    const nowMs = this.#clock.nowMs();
    const told = this.#told.get(why);
    if (told !== undefined && nowMs - told.atMs < silenceMs) {
      told.probes++;
      return;
    }
    if (told === undefined && this.#told.size >= reasonsMax) this.#told.clear();
    this.#told.set(why, { atMs: nowMs, probes: 0 });
    this.#tell({ why, isThrown, probes: (told?.probes ?? 0) + 1 });
  }
}

function stackOf(thrown: unknown): string {
  return (thrown instanceof Error && thrown.stack) || String(thrown);
}
