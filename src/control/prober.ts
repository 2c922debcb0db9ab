import { isDeepStrictEqual } from 'node:util';
import type { ProbeConfig, ProbeSchedule } from '../health/schema.ts';
import { type HealthState, initialHealth, observe, type Verdict } from '../health/verdict.ts';
import { assert } from '../util/assert.ts';
import type { Clock, Timer } from '../util/clock.ts';
import { type ProbeKinds, probeKinds } from './probes/kinds.ts';
import type { ProbeAddress } from './probes/probe.ts';
import { type ProbeResult, type ProbeRunner, runProbe } from './probes/run.ts';
import { StallMeter } from './probes/stall.ts';

/** What is probed, and how. A caller may hang more on it: it comes back with each change. */
export interface ProbeTarget extends ProbeAddress {
  /** Unique among the targets, and the same for the same target in the next list. */
  readonly key: string;
  readonly probe: ProbeConfig;
}

export interface VerdictChange<Target extends ProbeTarget = ProbeTarget> {
  readonly target: Target;
  readonly from: Verdict;
  readonly to: Verdict;
  /** The result that decided: `passed`, or the failure's reason. */
  readonly reason: string;
  /** By the prober's clock. */
  readonly atMs: number;
}

export interface TargetStatus extends HealthState {
  /** When the verdict became what it is, by the prober's clock. */
  readonly sinceMs: number;
  /** The last result that counted; undefined before the first. */
  readonly lastResult: ProbeResult | undefined;
}

export interface ProberOptions<Target extends ProbeTarget> {
  readonly clock: Clock;
  /** In [0, 1), as Math.random. */
  readonly random: () => number;
  /** How many probes may be out at once. The default keeps well below the usual limit of 1024 open files. */
  readonly concurrencyMax?: number;
  /** Called on each change of a verdict, the first one included, right after the result that caused it. */
  readonly onChange: (change: VerdictChange<Target>) => void;
  /** Called with every result, those that count for nothing because the fault is ours included. */
  readonly onResult?: (target: Target, result: ProbeResult) => void;
  /** What runs a probe of each kind. */
  readonly kinds?: ProbeKinds;
}

interface Entry<Target> {
  target: Target;
  status: TargetStatus;
  /** Start of the next probe by the schedule; undefined until the first one starts, which sets the phase. */
  dueMs: number | undefined;
  timer: Timer | undefined;
  /** Of the probe that is out. */
  abort: AbortController | undefined;
  dismissed: boolean;
}

/**
 * Probes every target on its schedule and turns the results into verdicts. First probes run at once; from then on a target's probes start
 * one interval apart, in a phase of its own. Each has at most one probe out or waiting, so that nothing piles up however late we are.
 */
export class Prober<Target extends ProbeTarget = ProbeTarget> {
  readonly #options: ProberOptions<Target>;
  readonly #runner: ProbeRunner;
  readonly #concurrencyMax: number;
  #entries = new Map<string, Entry<Target>>();
  /** Those without a first verdict. */
  readonly #unknown = new Set<Entry<Target>>();
  /** Due, and waiting for a place among the running. */
  readonly #ready: Entry<Target>[] = [];
  readonly #running = new Set<Promise<void>>();
  #firstVerdictsWaiters: (() => void)[] = [];
  #stopped = false;

  constructor(options: ProberOptions<Target>) {
    const { clock, concurrencyMax = 256, kinds = probeKinds } = options;
    assert(concurrencyMax >= 1, 'a prober runs at least one probe at a time');
    this.#options = options;
    this.#runner = { clock, kinds, stalls: new StallMeter(clock) };
    this.#concurrencyMax = concurrencyMax;
  }

  /**
   * Replaces the list of targets. One whose address, port and probe are as before goes on undisturbed; one with only another schedule keeps
   * its verdict; the others begin unknown. Those that are gone end at once, and no result of theirs arrives any more.
   */
  setTargets(targets: readonly Target[]): void {
    assert(!this.#stopped || targets.length === 0, 'a stopped prober takes no targets');
    const entries = new Map<string, Entry<Target>>();
    for (const target of targets) {
      assert(!entries.has(target.key), `probe target ${target.key} is listed once`);
      entries.set(target.key, this.#keep(target) ?? this.#admit(target));
    }
    for (const [key, entry] of this.#entries) if (entries.get(key) !== entry) this.#dismiss(entry);
    this.#entries = entries;
    this.#startReady();
    this.#settleFirstVerdicts();
  }

  /** Unknown also for a key that is not a target's. */
  verdict(key: string): Verdict {
    return this.#entries.get(key)?.status.verdict ?? 'unknown';
  }

  status(key: string): TargetStatus | undefined {
    return this.#entries.get(key)?.status;
  }

  /**
   * Resolves when no target is without a verdict. Where there are no more targets than may run at once, this takes the longest time-out at
   * most; beyond that, who cannot wait as long sets a timer of their own.
   */
  firstVerdicts(): Promise<void> {
    return new Promise((resolve) => {
      this.#firstVerdictsWaiters.push(resolve);
      this.#settleFirstVerdicts();
    });
  }

  /** Ends all probes; resolves when nothing of them is left open. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.setTargets([]);
    await Promise.allSettled(this.#running);
  }

  #keep(target: Target): Entry<Target> | undefined {
    const entry = this.#entries.get(target.key);
    if (
      entry === undefined ||
      !sameAddress(entry.target, target) ||
      !isDeepStrictEqual(entry.target.probe, target.probe)
    )
      return undefined;
    entry.target = target;
    return entry;
  }

  #admit(target: Target): Entry<Target> {
    const before = this.#entries.get(target.key);
    const status =
      before !== undefined && sameQuestion(before.target, target)
        ? before.status
        : { ...initialHealth(), sinceMs: this.#options.clock.nowMs(), lastResult: undefined };
    const entry = { target, status, dueMs: undefined, timer: undefined, abort: undefined, dismissed: false };
    if (status.verdict === 'unknown') this.#unknown.add(entry);
    this.#ready.push(entry);
    return entry;
  }

  #dismiss(entry: Entry<Target>): void {
    entry.dismissed = true;
    entry.timer?.cancel();
    entry.abort?.abort('no longer probed');
    this.#unknown.delete(entry);
  }

  #startReady(): void {
    while (this.#running.size < this.#concurrencyMax) {
      const entry = this.#ready.shift();
      if (entry === undefined) return;
      if (!entry.dismissed) this.#start(entry);
    }
  }

  #start(entry: Entry<Target>): void {
    // The first gap is drawn, up to a whole interval: targets that all began together are spread from their second probe on.
    entry.dueMs ??= this.#options.clock.nowMs() + (1 - this.#options.random()) * entry.target.probe.intervalMs;
    const run = this.#probe(entry, entry.dueMs).finally(() => {
      this.#running.delete(run);
      this.#startReady();
    });
    this.#running.add(run);
  }

  async #probe(entry: Entry<Target>, nextDueMs: number): Promise<void> {
    entry.abort = new AbortController();
    const result = await runProbe(this.#runner, entry.target.probe, entry.target, entry.abort);
    entry.abort = undefined;
    if (entry.dismissed) return;
    // A stall is over once it is known, and the question is still open: ask again now. Whatever else failed has its next turn.
    if (!result.ok && result.fault === 'stall') this.#ready.push(entry);
    else this.#wait(entry, nextDueMs);
    this.#record(entry, result);
  }

  #wait(entry: Entry<Target>, dueMs: number): void {
    const { clock } = this.#options;
    entry.timer = clock.setTimer(Math.max(0, dueMs - clock.nowMs()), () => {
      entry.dueMs = dueAfter(dueMs, clock.nowMs(), entry.target.probe);
      this.#ready.push(entry);
      this.#startReady();
    });
  }

  #record(entry: Entry<Target>, result: ProbeResult): void {
    const { target, status } = entry;
    const counts = result.ok || result.fault === 'endpoint';
    if (counts) entry.status = this.#observe(status, result, target.probe);
    this.#options.onResult?.(target, result);
    const { verdict, sinceMs } = entry.status;
    if (verdict !== status.verdict) {
      this.#unknown.delete(entry);
      const reason = result.ok ? 'passed' : result.reason;
      this.#options.onChange({ target, from: status.verdict, to: verdict, reason, atMs: sinceMs });
    }
    this.#settleFirstVerdicts();
  }

  #observe(status: TargetStatus, result: ProbeResult, probe: ProbeConfig): TargetStatus {
    const health = observe(status, result.ok, probe);
    const sinceMs = health.verdict === status.verdict ? status.sinceMs : this.#options.clock.nowMs();
    return { ...health, sinceMs, lastResult: result };
  }

  #settleFirstVerdicts(): void {
    if (this.#unknown.size > 0) return;
    for (const resolve of this.#firstVerdictsWaiters.splice(0)) resolve();
  }
}

/** The start after the one at `dueMs`, on the same beat. Beats missed meanwhile are dropped: they are not caught up with in a burst. */
function dueAfter(dueMs: number, nowMs: number, { intervalMs }: ProbeSchedule): number {
  const missed = Math.max(0, Math.floor((nowMs - dueMs) / intervalMs));
  return dueMs + (missed + 1) * intervalMs;
}

function sameAddress(a: ProbeAddress, b: ProbeAddress): boolean {
  return a.address === b.address && a.port === b.port;
}

/** Whether what is known of one holds for the other: the same endpoint is asked the same, if at another pace. */
function sameQuestion(a: ProbeTarget, b: ProbeTarget): boolean {
  const { intervalMs, timeoutMs, fall, rise } = a.probe;
  return sameAddress(a, b) && isDeepStrictEqual({ ...b.probe, intervalMs, timeoutMs, fall, rise }, a.probe);
}
