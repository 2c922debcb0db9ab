import type { ProbeTarget } from '../../src/control/probes/entry.ts';
import { failure, type ProbeOutcome } from '../../src/control/probes/probe.ts';
import type { ProbeResult } from '../../src/control/probes/run.ts';
import { Prober, type ProberOptions, type VerdictChange } from '../../src/control/verdicts/prober.ts';
import { type ProbeConfig, probeSchema } from '../../src/health/schema.ts';
import { ManualClock } from './manual-clock.ts';
import { kinds as probeKinds } from './probing.ts';

export const passed: ProbeOutcome = { ok: true };
export const refused = failure('connection refused');

export function config(schedule: object = {}): ProbeConfig {
  return probeSchema.parse({ http: {}, interval: '1s', timeout: '400ms', ...schedule });
}

export function target(key: string, probe = config(), port = 80): ProbeTarget {
  return { key, address: '192.0.2.1', port, probe };
}

export function targets(count: number, probe = config()): ProbeTarget[] {
  return Array.from({ length: count }, (_, index) => target(`t${index}`, probe, 1_000 + index));
}

/** A prober whose endpoints are an answer function and whose time is turned by hand. */
export class Bench {
  readonly clock = new ManualClock();
  readonly prober: Prober;
  readonly startsMs: number[] = [];
  readonly changes: VerdictChange[] = [];
  readonly results: ProbeResult[] = [];
  /** Probes out just now, and the most there ever were. */
  out = 0;
  outMax = 0;
  /** What endpoints answer; undefined for nothing at all. */
  answer: (port: number) => ProbeOutcome | undefined = () => passed;

  constructor(options: Partial<ProberOptions<ProbeTarget>> = {}) {
    const run = (_config: ProbeConfig, { port }: { port: number }, signal: AbortSignal) => this.#run(port, signal);
    this.prober = new Prober({
      clock: this.clock,
      random: () => 0,
      onChange: (change) => this.changes.push(change),
      onResult: (_target, result) => this.results.push(result),
      kinds: { ...probeKinds, http: { run } },
      ...options,
    });
  }

  async #run(port: number, signal: AbortSignal): Promise<ProbeOutcome> {
    this.startsMs.push(this.clock.nowMs());
    this.outMax = Math.max(this.outMax, ++this.out);
    const outcome =
      this.answer(port) ??
      (await new Promise<ProbeOutcome>((resolve) => {
        signal.addEventListener('abort', () => resolve(failure(String(signal.reason))));
      }));
    this.out--;
    return outcome;
  }

  /** Passes time in small steps, so that what each moment sets off is through before the next. */
  async pass(ms: number, stepMs = 10): Promise<void> {
    await settled();
    for (let passedMs = 0; passedMs < ms; passedMs += stepMs) {
      this.clock.advance(stepMs);
      await settled();
    }
  }

  story(): string[] {
    return this.changes.map(({ target, from, to, reason, atMs }) => `${atMs} ${target.key} ${from} ${to}: ${reason}`);
  }
}

/** After all promises that are ready to go on. */
export function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
