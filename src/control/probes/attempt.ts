import { failure, type ProbeOutcome } from './probe.ts';
import { thrownFailure } from './reason.ts';

/** Ends an attempt; only the first call counts. */
export type Settle = (outcome: ProbeOutcome) => void;

/** Hands over what must run once the attempt has ended; at once, where it has already. */
export type Cleanup = (close: () => void) => void;

/**
 * A callback for an event that ends the attempt by what it throws: thrown into the event loop, it would end the server.
 */
export type Guard = <Args extends unknown[]>(callback: (...args: Args) => void) => (...args: Args) => void;

/** An attempt's ends: what it hands its outcome to and its sockets to, and what it wraps its callbacks with. */
export interface Attempt {
  readonly settle: Settle;
  readonly cleanup: Cleanup;
  readonly guard: Guard;
}

/** Runs one attempt that `begin` starts: it ends by the first outcome, by the abort, or by what is thrown. */
export function attempt(signal: AbortSignal, begin: (attempt: Attempt) => void): Promise<ProbeOutcome> {
  return new Promise((resolve) => {
    const closers: (() => void)[] = [];
    let settled = false;
    const settle: Settle = (outcome) => {
      if (settled) return;
      settled = true;
      signal.removeEventListener('abort', onAbort);
      for (const close of closers) close();
      resolve(outcome);
    };
    const onAbort = () => settle(failure(String(signal.reason)));
    if (signal.aborted) return onAbort();
    signal.addEventListener('abort', onAbort);
    const guard: Guard =
      (callback) =>
      (...args) => {
        try {
          callback(...args);
        } catch (error) {
          settle(thrownFailure(error));
        }
      };
    const cleanup: Cleanup = (close) => (settled ? close() : closers.push(close));
    guard(begin)({ settle, cleanup, guard });
  });
}
