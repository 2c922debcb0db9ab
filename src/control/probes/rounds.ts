import type { ProbeSchedule } from '../../health/schema.ts';
import type { Clock } from '../../util/clock.ts';
import { type Entry, isRunnable, type ProbeTarget } from './entry.ts';
import { kindOf, type ProbeKinds } from './kinds.ts';
import { Lanes } from './lanes.ts';
import { type ProbeResult, type ProbeRunner, runProbe } from './run.ts';
import { StallMeter } from './stall.ts';

// So many first probes run at once: they are through in a moment, whoever answers them.
const FIRST_AT_ONCE_MAX = 256;

// Some 1,700 starts a second are what a core that is shared can do with time to spare for the rest.
const FIRST_START_GAP_MS = 0.6;

// On a machine that is always late, nobody would ever be found dead. So many stalls in a row are not chance.
const STALLS_IN_ROW_MAX = 5;

export interface RoundsOptions<Target extends ProbeTarget> {
  readonly clock: Clock;
  /** In [0, 1), as Math.random. */
  readonly random: () => number;
  readonly kinds: ProbeKinds;
  readonly concurrencyMax: number;
  readonly suspendedMs: (() => number) | undefined;
  /** Called with the result of every probe of an entry that was not dismissed meanwhile. */
  readonly onResult: (entry: Entry<Target>, result: ProbeResult) => void;
}

/**
 * Says when each entry is probed: at once when it is admitted, or if there are very many, one shortly after the other.
 * From then on probes are one interval apart, in a phase of their own. Each entry has at most one probe that runs or
 * waits.
 */
export class Rounds<Target extends ProbeTarget> {
  readonly #options: RoundsOptions<Target>;
  readonly #runner: ProbeRunner;
  readonly #lanes: Lanes<Target>;

  constructor(options: RoundsOptions<Target>) {
    const { clock, kinds, concurrencyMax, suspendedMs } = options;
    this.#options = options;
    this.#runner = { clock, kinds, stalls: new StallMeter(clock, suspendedMs) };
    this.#lanes = new Lanes(kinds, concurrencyMax, (entry) => this.#probe(entry));
  }

  /** No more at once than run at once: the others would only wait, and all would be slow together. */
  admit(entries: readonly Entry<Target>[]): void {
    const { clock, kinds, concurrencyMax } = this.#options;
    for (const [index, entry] of entries.entries()) {
      const { target } = entry;
      if (isRunnable(target)) {
        entry.unwatch = kindOf(kinds, target.probe).watch?.(target.probe as never, target, () => this.#onNews(entry));
      }
      const { intervalMs } = target.probe;
      const late = Math.max(0, index + 1 - Math.min(FIRST_AT_ONCE_MAX, concurrencyMax));
      const gapMs = Math.min(FIRST_START_GAP_MS, intervalMs / entries.length);
      // Where the starts fill the interval they are spread as they are.
      if (gapMs === intervalMs / entries.length) entry.dueMs = clock.nowMs() + late * gapMs + intervalMs;
      if (late === 0) this.#enqueue(entry);
      else entry.timer = clock.setTimer(late * gapMs, () => this.#enqueue(entry));
    }
  }

  /** Ends the probe of an entry that runs or waits: no result of it arrives any more. */
  dismiss(entry: Entry<Target>): void {
    entry.isDismissed = true;
    entry.timer?.cancel();
    entry.unwatch?.();
    entry.abort?.abort('no longer probed');
  }

  /** Resolves when nothing of any probe is left open. */
  idle(): Promise<void> {
    return this.#lanes.idle();
  }

  #enqueue(entry: Entry<Target>): void {
    if (entry.isQueued || entry.isDismissed) return;
    entry.isQueued = true;
    if (entry.abort === undefined) this.#lanes.push(entry);
  }

  /** News that a kind is told is looked at at once, and does not shift the beat. */
  #onNews(entry: Entry<Target>): void {
    entry.timer?.cancel();
    this.#enqueue(entry);
  }

  async #probe(entry: Entry<Target>): Promise<void> {
    const { target } = entry;
    entry.isQueued = false;
    if (entry.isDismissed || !isRunnable(target)) return;
    const { clock, random, onResult } = this.#options;
    const { intervalMs } = target.probe;
    const nowMs = clock.nowMs();
    // The first gap is drawn, up to a whole interval: targets that all began together are spread from their second
    // probe on.
    entry.dueMs ??= nowMs + (1 - random()) * intervalMs;
    if (entry.dueMs <= nowMs) entry.dueMs = dueAfter(entry.dueMs, nowMs, target.probe);
    entry.abort = new AbortController();
    const result = unlessAlwaysLate(entry, await runProbe(this.#runner, target.probe, target, entry.abort));
    entry.abort = undefined;
    if (entry.isDismissed) return;
    // A stall is over once it is known, and the question is still open: ask again now. After any other failure, the
    // next turn comes as usual.
    const isAgain = entry.isQueued || (!result.ok && result.fault === 'stall');
    entry.isQueued = false;
    if (isAgain) this.#enqueue(entry);
    else this.#wait(entry, entry.dueMs);
    onResult(entry, result);
  }

  #wait(entry: Entry<Target>, dueMs: number): void {
    const { clock, random } = this.#options;
    const { jitter, intervalMs } = entry.target.probe;
    const lateMs = jitter === 0 ? 0 : random() * jitter * intervalMs;
    entry.timer = clock.setTimer(Math.max(0, dueMs + lateMs - clock.nowMs()), () => {
      // Of this beat even where the timer is early by a fraction: else the same beat would have two.
      entry.dueMs = dueAfter(dueMs, clock.nowMs(), entry.target.probe);
      this.#enqueue(entry);
    });
  }
}

/** The result; a stall counts after all if too many before it did not. */
function unlessAlwaysLate(entry: Entry<ProbeTarget>, result: ProbeResult): ProbeResult {
  const isStall = !result.ok && result.fault === 'stall';
  entry.stallsInRow = isStall ? entry.stallsInRow + 1 : 0;
  if (!isStall || entry.stallsInRow <= STALLS_IN_ROW_MAX) return result;
  entry.stallsInRow = 0;
  return { ...result, fault: 'endpoint' };
}

/**
 * The start after the one at `dueMs`, on the same beat. Beats missed meanwhile are dropped: they are not caught up with
 * in a burst.
 */
function dueAfter(dueMs: number, nowMs: number, { intervalMs }: ProbeSchedule): number {
  const missed = Math.max(0, Math.floor((nowMs - dueMs) / intervalMs));
  return dueMs + (missed + 1) * intervalMs;
}
