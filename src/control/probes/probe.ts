import { reasonOf } from './reason.ts';

/** Where a probe goes: an IP address literal, never a name, so that no resolver stands between us and the endpoint. */
export interface ProbeAddress {
  readonly address: string;
  /** 0 for kinds that know no ports. */
  readonly port: number;
  /** `SERVICE/ENDPOINT`, where the kind asks about that and not about an address. */
  readonly endpoint?: string;
}

/** Whom a failure speaks against: the endpoint, or us who could not look. */
export type ProbeFault = 'endpoint' | 'observer';

export interface ProbeFailure {
  readonly ok: false;
  /** One short line whose beginning is stable: `connection refused`, `status 503, expected 200`. */
  readonly reason: string;
  readonly fault: ProbeFault;
  /** What the probe's own code threw: a slip of ours, to be mended. */
  readonly thrown?: unknown;
}

export type ProbeOutcome = { readonly ok: true } | ProbeFailure;

/**
 * One kind of check. A run makes its own connection, so that accepting is tested each time; it reads and keeps a bounded amount, never
 * rejects, leaves nothing open behind it, and as soon as the signal aborts it fails with the signal's reason (a string). It has no timer:
 * the one who runs it holds the time.
 */
export interface ProbeKind<Config> {
  /** How many runs may be out at once, where that is fewer than the prober allows by itself. */
  readonly atOnceMax?: number;
  run(config: Config, target: ProbeAddress, signal: AbortSignal): Promise<ProbeOutcome>;
  /**
   * For kinds that are told rather than ask: calls `onNews` whenever a run would now give something else.
   * @returns ends that.
   */
  watch?(config: Config, target: ProbeAddress, onNews: () => void): () => void;
}

/** The failure of a probe whose own code threw. It counts against the endpoint: what it sent may be what we stumble over. */
export function thrownFailure(error: unknown): ProbeFailure {
  return { ...reasonOf(error), thrown: error };
}

/** A failure that says nothing of the endpoint: we could not look. */
export function blind(reason: string): ProbeFailure {
  return { ok: false, reason, fault: 'observer' };
}

/** A failure of the endpoint. */
export function failure(reason: string): ProbeFailure {
  return { ok: false, reason, fault: 'endpoint' };
}

/** Ends an attempt; only the first call counts. */
export type Settle = (outcome: ProbeOutcome) => void;

/** Hands over what must run once the attempt has ended; at once, where it has already. */
export type Cleanup = (close: () => void) => void;

/** A callback for an event that ends the attempt by what it throws: thrown into the event loop, it would end the server. */
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
