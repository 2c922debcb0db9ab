import type { RunnableConfig } from '../../health/schema.ts';
import type { Clock } from '../../util/clock.ts';
import { formatDuration } from '../../util/duration-text.ts';
import { type ProbeKinds, runKind } from './kinds.ts';
import type { ProbeAddress, ProbeFault, ProbeOutcome } from './probe.ts';
import { thrownFailure } from './reason.ts';
import type { StallMeter } from './stall.ts';

/** The result of one run of a probe. `durationMs` counts from its start, connection included. */
export type ProbeResult =
  | { readonly ok: true; readonly durationMs: number }
  | {
      readonly ok: false;
      readonly durationMs: number;
      readonly reason: string;
      readonly fault: ResultFault;
      readonly thrown?: unknown;
    };

/** Who is at fault. A `stall` is our fault too, but over by the time it is known: the probe can run again at once. */
export type ResultFault = ProbeFault | 'stall';

export interface ProbeRunner {
  readonly clock: Clock;
  readonly kinds: ProbeKinds;
  readonly stalls: StallMeter;
}

// Any busy machine is late by a millisecond or some: less than this does not count as a stall.
const STALL_IGNORED_MS = 20;

// A peer that hears nothing of its client for so long may hang up.
const AWAY_MS_MAX = 1_000;

/**
 * Runs a probe once, within its time-out whatever the endpoint does. Never rejects.
 * @param abort ends the run early, by a reason that is a string; the time-out uses it too.
 */
export async function runProbe(
  { clock, kinds, stalls }: ProbeRunner,
  probe: RunnableConfig,
  target: ProbeAddress,
  abort: AbortController,
): Promise<ProbeResult> {
  const startMs = clock.nowMs();
  const watch = stalls.watch();
  const timer = clock.setTimer(probe.timeoutMs, () =>
    abort.abort(`timed out after ${formatDuration(probe.timeoutMs)}`),
  );
  const outcome = await outcomeOf(() => runKind(kinds, probe, target, abort.signal));
  timer.cancel();
  const stalledMs = outcome.ok ? 0 : watch.stalledMs();
  watch.end();
  const durationMs = clock.nowMs() - startMs;
  if (outcome.ok) return { ok: true, durationMs };
  // If a quarter of its time was lost to us, the endpoint did not have the time that the operator meant it to have.
  // What it said by itself, or that nobody listens there, still counts, unless we were away for so long that it may
  // have given us up.
  const allowedMs = abort.signal.aborted
    ? Math.max(STALL_IGNORED_MS, probe.timeoutMs / 4)
    : Math.min(probe.timeoutMs, AWAY_MS_MAX);
  const stalled = stalledMs > allowedMs;
  const { ok, reason, fault, thrown } = outcome;
  return { ok, durationMs, reason, fault: stalled ? 'stall' : fault, ...(thrown !== undefined && { thrown }) };
}

/** A kind that throws or rejects costs only its own probe. */
async function outcomeOf(run: () => Promise<ProbeOutcome>): Promise<ProbeOutcome> {
  try {
    return await run();
  } catch (error) {
    return thrownFailure(error);
  }
}
