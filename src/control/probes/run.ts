import type { RunnableConfig } from '../../health/schema.ts';
import type { Clock } from '../../util/clock.ts';
import { formatDuration } from '../../util/duration-text.ts';
import { type ProbeKinds, runKind } from './kinds.ts';
import type { ProbeAddress, ProbeFault, ProbeOutcome } from './probe.ts';
import { thrownFailure } from './reason.ts';
import type { StallMeter } from './stall.ts';

/** What one run of a probe gave; `durationMs` counts from its start, connection included. */
export type ProbeResult =
  | { readonly ok: true; readonly durationMs: number }
  | {
      readonly ok: false;
      readonly durationMs: number;
      readonly reason: string;
      readonly fault: ResultFault;
      readonly thrown?: unknown;
    };

/** Whom a failure speaks against. A `stall` is ours too, and over by the time it is known: the probe can be run again at once. */
export type ResultFault = ProbeFault | 'stall';

export interface ProbeRunner {
  readonly clock: Clock;
  readonly kinds: ProbeKinds;
  readonly stalls: StallMeter;
}

// A timer is a millisecond or some late on any busy machine; below this nothing is made of it.
const stallIgnoredMs = 20;

// Who hears nothing of a client for so long may hang up on it.
const awayMsMax = 1_000;

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
  // With a quarter of its time lost the endpoint had not the time that the operator meant it to have. What it said for
  // itself, or that nobody listens, holds all the same, unless we were away for so long that it may have given us up.
  const allowedMs = abort.signal.aborted
    ? Math.max(stallIgnoredMs, probe.timeoutMs / 4)
    : Math.min(probe.timeoutMs, awayMsMax);
  const stalled = stalledMs > allowedMs;
  const { ok, reason, fault, thrown } = outcome;
  return { ok, durationMs, reason, fault: stalled ? 'stall' : fault, ...(thrown !== undefined && { thrown }) };
}

/** A kind that throws or rejects is at fault, and costs its own probe only. */
async function outcomeOf(run: () => Promise<ProbeOutcome>): Promise<ProbeOutcome> {
  try {
    return await run();
  } catch (error) {
    return thrownFailure(error);
  }
}
