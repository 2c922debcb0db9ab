import { isDeepStrictEqual } from 'node:util';
import { initialJudgement, type JudgedState } from '../../health/judge.ts';
import { LatencyHistory } from '../../health/latency.ts';
import { type ProbeConfig, questionOf, type RunnableConfig } from '../../health/schema.ts';
import type { Verdict } from '../../health/verdict.ts';
import type { Timer } from '../../util/clock.ts';
import type { ProbeAddress } from './probe.ts';
import type { ProbeResult } from './run.ts';

/** What is probed, and how. A caller may add more to it: it comes back with each change. */
export interface ProbeTarget extends ProbeAddress {
  /** Unique among the targets, and the same for the same target in the next list. */
  readonly key: string;
  readonly probe: ProbeConfig;
  /** Of a combined one: for each part the keys of which one has to be up. A part of no keys is always up. */
  readonly parts?: readonly (readonly string[])[];
}

/** The present verdict, and what it is based on. */
export interface TargetStatus extends JudgedState {
  /**
   * The verdict that is told and answered by: that of the observations, unless the prober is suspect and holds the last
   * good one.
   */
  readonly verdict: Verdict;
  /** When the verdict became what it is, by the prober's clock. */
  readonly sinceMs: number;
  /** The last result that counted; undefined before the first, and for what is combined. */
  readonly lastResult: ProbeResult | undefined;
}

/** A target while it is probed. */
export interface Entry<Target extends ProbeTarget> {
  target: Target;
  /** By the observations alone. */
  state: JudgedState;
  /** The verdict that was told last. */
  told: Verdict;
  sinceMs: number;
  lastResult: ProbeResult | undefined;
  readonly latency: LatencyHistory;
  /** Start of the next probe by the schedule; undefined until the first one starts, which sets the phase. */
  dueMs: number | undefined;
  timer: Timer | undefined;
  /** Of the probe that is out. */
  abort: AbortController | undefined;
  /** Results in a row that were void because we were late. */
  stallsInRow: number;
  /** Whether it waits for its turn, or must run again as soon as the probe that is out has ended. */
  isQueued: boolean;
  isDismissed: boolean;
  /** Ends being told by what the kind watches. */
  unwatch: (() => void) | undefined;
}

/** A target to begin with, with what is known from `before`, where that asked the same. */
export function newEntry<Target extends ProbeTarget>(
  target: Target,
  before: Entry<Target> | undefined,
  nowMs: number,
): Entry<Target> {
  const known = before !== undefined && asksTheSame(before.target, target) ? before : undefined;
  return {
    target,
    state: known?.state ?? initialJudgement(),
    told: known?.told ?? 'unknown',
    sinceMs: known?.sinceMs ?? nowMs,
    lastResult: known?.lastResult,
    latency: known?.latency ?? new LatencyHistory(),
    ...{ dueMs: undefined, timer: undefined, abort: undefined, unwatch: undefined },
    ...{ isQueued: false, isDismissed: false, stallsInRow: 0 },
  };
}

/** Whether nothing about how a target is probed has changed. */
export function isProbedTheSame(a: ProbeTarget, b: ProbeTarget): boolean {
  return isSamePlace(a, b) && (a.probe === b.probe || isDeepStrictEqual(a.probe, b.probe));
}

/** Whether what is known of one holds for the other: the same endpoint is asked the same, if at another pace. */
function asksTheSame(a: ProbeTarget, b: ProbeTarget): boolean {
  return isSamePlace(a, b) && isDeepStrictEqual(questionOf(a.probe), questionOf(b.probe));
}

function isSamePlace(a: ProbeTarget, b: ProbeTarget): boolean {
  return a.address === b.address && a.port === b.port && a.endpoint === b.endpoint;
}

/** Whether a target runs by itself. */
export function isRunnable<Target extends ProbeTarget>(
  target: Target,
): target is Target & { readonly probe: RunnableConfig } {
  return target.probe.kind !== 'combined';
}

/** Kinds that repeat what somebody says: they can be wrong, but not blind. */
const STATEMENTS: ReadonlySet<string> = new Set(['push', 'file', 'combined']);

/** Whether many failures of such probes at once speak against the prober. */
export function isObservation({ probe }: ProbeTarget): boolean {
  return !STATEMENTS.has(probe.kind);
}
