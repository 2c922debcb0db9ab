import { uptime } from 'node:os';

/** A set timer; cancelling it twice, or after it fired, does nothing. */
export interface Timer {
  cancel(): void;
}

/** Time as an argument: what waits or measures takes a clock, so that a test can be the one who turns it. */
export interface Clock {
  /** Monotonic, with no relation to the time of day. */
  nowMs(): number;
  /** Calls `fire` once, at the earliest `delayMs` from now; later when the thread is busy. */
  setTimer(delayMs: number, fire: () => void): Timer;
}

export const systemClock: Clock = {
  nowMs: () => performance.now(),
  setTimer(delayMs, fire) {
    const timeout = setTimeout(fire, delayMs);
    return { cancel: () => clearTimeout(timeout) };
  },
};

/**
 * For how long the machine was suspended since it started, in milliseconds and by some constant: only differences mean
 * something. The system's uptime counts that time, and its monotonic clock does not.
 */
export function systemSuspendedMs(): number {
  return uptime() * 1_000 - performance.now();
}
