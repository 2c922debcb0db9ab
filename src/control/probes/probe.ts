/** Where a probe goes: an IP address literal, never a name, so that no resolver stands between us and the endpoint. */
export interface ProbeAddress {
  readonly address: string;
  /** 0 for kinds that know no ports. */
  readonly port: number;
  /** `SERVICE/ENDPOINT`, where the kind asks about that and not about an address. */
  readonly endpoint?: string;
}

/** Who is at fault: the endpoint, or we who could not look. */
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
 * One kind of check. A run makes a connection of its own, so that accepting is tested each time. It reads and keeps a
 * bounded amount, never rejects, and leaves nothing open. As soon as the signal aborts, it fails with the signal's
 * reason, a string. It has no timer: its caller keeps the time.
 */
export interface ProbeKind<Config> {
  /** How many runs may be out at once, if fewer than the prober allows. */
  readonly atOnceMax?: number;
  run(config: Config, target: ProbeAddress, signal: AbortSignal): Promise<ProbeOutcome>;
  /**
   * For kinds that are told rather than ask: calls `onNews` whenever a run would now give something else.
   * @returns ends that.
   */
  watch?(config: Config, target: ProbeAddress, onNews: () => void): () => void;
}

/** A failure that says nothing of the endpoint: we could not look. */
export function blind(reason: string): ProbeFailure {
  return { ok: false, reason, fault: 'observer' };
}

/** A failure of the endpoint. */
export function failure(reason: string): ProbeFailure {
  return { ok: false, reason, fault: 'endpoint' };
}
