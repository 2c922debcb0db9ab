import type { Clock } from '../../util/clock.ts';
import { stackOf } from '../../util/stack.ts';
import type { ProbeResult } from './run.ts';

/** A fault of our own that keeps probes from finding anything out. */
export interface OwnFault {
  /** The probes' reason; for code that threw, the stack. */
  readonly why: string;
  readonly isThrown: boolean;
  /** How many probes it has hit since it was told last. */
  readonly probes: number;
}

// What stops one probe stops thousands: saying it once a minute is enough.
const SILENCE_MS = 60_000;

// There are some ten reasons; what has more of them has made them up.
const REASONS_MAX = 100;

interface Told {
  atMs: number;
  probes: number;
}

/** Tells of faults of our own at once, and again once a minute while they go on, however many probes they hit. */
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
    if (told !== undefined && nowMs - told.atMs < SILENCE_MS) {
      told.probes++;
      return;
    }
    if (told === undefined && this.#told.size >= REASONS_MAX) this.#told.clear();
    this.#told.set(why, { atMs: nowMs, probes: 0 });
    this.#tell({ why, isThrown, probes: (told?.probes ?? 0) + 1 });
  }
}
