import { judge } from '../../health/judge.ts';
import type { Verdict } from '../../health/verdict.ts';
import { assert } from '../../util/assert.ts';
import type { Clock } from '../../util/clock.ts';
import { CombinedTargets, ownPartsOf, verdictOf } from '../probes/combined.ts';
import { Doubt, type DoubtChange, type DoubtGrounds } from '../probes/doubt.ts';
import {
  type Entry,
  isObservation,
  isProbedTheSame,
  isRunnable,
  newEntry,
  type ProbeTarget,
  type TargetStatus,
} from '../probes/entry.ts';
import type { ProbeKinds } from '../probes/kinds.ts';
import { Rounds } from '../probes/rounds.ts';
import type { ProbeResult } from '../probes/run.ts';

export interface VerdictChange<Target extends ProbeTarget = ProbeTarget> {
  readonly target: Target;
  readonly from: Verdict;
  readonly to: Verdict;
  /** The result that decided: `passed`, or the failure's reason. */
  readonly reason: string;
  /** By the prober's clock. */
  readonly atMs: number;
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
  readonly kinds: ProbeKinds;
  /** For how long the machine has been suspended in all, while the clock stood still; without it: never. */
  readonly suspendedMs?: () => number;
  /** When the prober doubts itself; undefined: never. */
  readonly doubtBy?: DoubtGrounds;
  /** Called with what one of the other callbacks throws: that is no fault of who is probed, and costs no probe. */
  readonly onError?: (error: unknown) => void;
  readonly onDoubt?: (change: DoubtChange) => void;
}

/**
 * Probes every target on its schedule (see Rounds), so that nothing piles up however late we are, and turns the results
 * into verdicts.
 */
export class Prober<Target extends ProbeTarget = ProbeTarget> {
  readonly #options: ProberOptions<Target>;
  readonly #doubt: Doubt | undefined;
  readonly #rounds: Rounds<Target>;
  #entries = new Map<string, Entry<Target>>();
  readonly #combined = new CombinedTargets<Target>();
  /** Those without a first result. */
  readonly #unknown = new Set<Entry<Target>>();
  #firstVerdictsWaiters: (() => void)[] = [];
  #isStopped = false;

  constructor(options: ProberOptions<Target>) {
    const { clock, random, kinds, concurrencyMax = 256, suspendedMs, doubtBy } = options;
    this.#options = options;
    const onResult = (entry: Entry<Target>, result: ProbeResult): void => this.#record(entry, result);
    this.#rounds = new Rounds({ clock, random, kinds, concurrencyMax, suspendedMs, onResult });
    const onChange = (change: DoubtChange): void => this.#onDoubt(change);
    this.#doubt = doubtBy && new Doubt({ clock, by: doubtBy, onChange });
  }

  /**
   * Replaces the list of targets. One whose address, port and probe are as before goes on undisturbed; one with only
   * another schedule keeps its verdict; the others begin unknown. Those that are gone end at once, and no result of
   * theirs arrives any more.
   */
  setTargets(targets: readonly Target[]): void {
    assert(!this.#isStopped || targets.length === 0, 'a stopped prober takes no targets');
    const listed = new Set<string>();
    const entries = new Map<string, Entry<Target>>();
    const admitted: Entry<Target>[] = [];
    for (const target of targets) {
      assert(!listed.has(target.key), `probe target ${target.key} is listed once`);
      listed.add(target.key);
      if (!isRunnable(target)) continue;
      const kept = this.#keep(target);
      const entry = kept ?? newEntry(target, this.#entries.get(target.key), this.#options.clock.nowMs());
      if (kept === undefined) admitted.push(entry);
      entries.set(target.key, entry);
    }
    for (const [key, entry] of this.#entries) if (entries.get(key) !== entry) this.#dismiss(entry, entries.get(key));
    this.#entries = entries;
    this.#combined.set(
      targets.filter((target) => !isRunnable(target)),
      this.#options.clock.nowMs(),
    );
    for (const entry of admitted) if (entry.told === 'unknown') this.#unknown.add(entry);
    this.#rounds.admit(admitted);
    for (const { target } of this.#combined.all()) this.#recompute(target.key, 'passed');
    this.#settleFirstVerdicts();
  }

  /** By what it doubts itself from now on, where it does at all. */
  doubtBy(grounds: DoubtGrounds): void {
    this.#doubt?.configure(grounds);
  }

  /** Unknown also for a key that is not a target's. */
  verdict(key: string): Verdict {
    return this.#entries.get(key)?.told ?? this.#combined.get(key)?.verdict ?? 'unknown';
  }

  status(key: string): TargetStatus | undefined {
    const entry = this.#entries.get(key);
    if (entry === undefined) return undefined;
    const { state, told, sinceMs, lastResult } = entry;
    return { ...state, verdict: told, sinceMs, lastResult };
  }

  /**
   * How far a target's last durations are from its usual ones (a robust z-score); 0 while too little is known. Of what
   * is combined it is that of the slowest of its probes; other services that it looks at are slow on their own account.
   */
  latencyScore(key: string): number {
    const combined = this.#combined.get(key);
    if (combined === undefined) return this.#entries.get(key)?.latency.zScore() ?? 0;
    return Math.max(0, ...ownPartsOf(combined.target).map((part) => this.latencyScore(part)));
  }

  /**
   * Resolves when every target has had a result. Where there are no more targets than may run at once, this takes the
   * longest time-out at most; beyond that, who cannot wait as long sets a timer of their own.
   */
  firstVerdicts(): Promise<void> {
    return new Promise((resolve) => {
      this.#firstVerdictsWaiters.push(resolve);
      this.#settleFirstVerdicts();
    });
  }

  /** Ends all probes; resolves when nothing of them is left open. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    this.setTargets([]);
    this.#doubt?.stop();
    await this.#rounds.idle();
  }

  #keep(target: Target): Entry<Target> | undefined {
    const entry = this.#entries.get(target.key);
    if (entry === undefined || !isProbedTheSame(entry.target, target)) return undefined;
    entry.target = target;
    return entry;
  }

  #dismiss(entry: Entry<Target>, successor: Entry<Target> | undefined): void {
    this.#rounds.dismiss(entry);
    this.#unknown.delete(entry);
    const isCarriedOn = successor !== undefined && successor.told === entry.told;
    if (!isCarriedOn && isObservation(entry.target)) this.#doubt?.drop(entry.target.address, entry.told);
  }

  #record(entry: Entry<Target>, result: ProbeResult): void {
    const { target } = entry;
    const counts = result.ok || result.fault === 'endpoint';
    if (counts) {
      entry.state = judge(entry.state, result.ok, target.probe, this.#options.clock.nowMs());
      entry.lastResult = result;
    }
    if (result.ok) entry.latency.add(result.durationMs);
    this.#call(() => this.#options.onResult?.(target, result));
    if (counts) {
      this.#doubtBy(entry, result.ok);
      this.#tell(entry);
    }
    if (result.ok || result.fault !== 'stall') this.#unknown.delete(entry);
    this.#settleFirstVerdicts();
  }

  #doubtBy({ target, told }: Entry<Target>, isPassed: boolean): void {
    if (this.#doubt === undefined || !isObservation(target)) return;
    const { intervalMs, rise } = target.probe;
    if (isPassed) this.#doubt.passed(target.address, rise * intervalMs);
    // What is down goes on failing: that is no news of us.
    else if (told === 'up') this.#doubt.failed(target.address, intervalMs);
  }

  /** Tells a verdict that has changed, unless it is held. */
  #tell(entry: Entry<Target>): void {
    const { target, lastResult, told: from } = entry;
    const isHeld = this.#doubt?.isSuspect === true && isObservation(target) && from === 'up';
    const to = isHeld ? 'up' : entry.state.verdict;
    if (to !== from) this.#change(entry, to, lastResult?.ok === false ? lastResult.reason : 'passed');
  }

  #change(entry: Entry<Target>, to: Verdict, reason: string): void {
    const { target, told: from } = entry;
    entry.told = to;
    entry.sinceMs = this.#options.clock.nowMs();
    if (isObservation(target)) this.#doubt?.told(target.address, from, to);
    this.#call(() => this.#options.onChange({ target, from, to, reason, atMs: entry.sinceMs }));
    for (const { target: whole } of this.#combined.dependentsOf(target.key)) this.#recompute(whole.key, reason);
  }

  #recompute(key: string, reason: string): void {
    const combined = this.#combined.get(key);
    if (combined === undefined) return;
    const { target, verdict: from } = combined;
    const to = verdictOf(target, (part) => this.verdict(part));
    if (to === from) return;
    combined.verdict = to;
    combined.sinceMs = this.#options.clock.nowMs();
    this.#call(() => this.#options.onChange({ target, from, to, reason, atMs: combined.sinceMs }));
    for (const { target: whole } of this.#combined.dependentsOf(key)) this.#recompute(whole.key, reason);
  }

  /** When doubt begins, what it is about is up again; when it ends, what was held is told. */
  #onDoubt(change: DoubtChange): void {
    this.#call(() => this.#options.onDoubt?.(change));
    for (const entry of this.#entries.values()) {
      const { target, told, sinceMs } = entry;
      if (!change.isSuspect) this.#tell(entry);
      else if (told === 'down' && isObservation(target) && this.#doubt?.isAbout(target.address, sinceMs)) {
        this.#change(entry, 'up', 'held: the prober is suspect');
      }
    }
  }

  #call(callback: () => void): void {
    try {
      callback();
    } catch (error) {
      if (this.#options.onError === undefined) throw error;
      this.#options.onError(error);
    }
  }

  #settleFirstVerdicts(): void {
    if (this.#unknown.size > 0) return;
    for (const resolve of this.#firstVerdictsWaiters.splice(0)) resolve();
  }
}
