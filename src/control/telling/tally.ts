import type { ProbeResult } from '../probes/run.ts';
import type { EndpointTarget, TargetUse } from '../verdicts/targets.ts';
import type { PastFailure } from './change.ts';

/** Upper bounds of the histogram of durations, in seconds; the last bucket has none. */
export const DURATION_BOUNDS: readonly number[] = [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5];

// Some 14 lines of a scrape each: a megabyte or two in all, which collectors take without complaint.
const SERIES_MAX = 1_000;

// More than all kinds of probe have reasons; what comes on top is made up by endpoints.
const REASONS_MAX = 32;
const OTHER_REASON = 'other';

// What is asked for in a log line, and no history.
const FAILURES_KEPT = 3;

/** What has been counted of the probes of an endpoint, or of several that share a series. */
export interface Series {
  /** Empty where the series is that of several. */
  readonly service: string;
  readonly region: string;
  readonly endpoint: string;
  /** How many took as long, by `DURATION_BOUNDS`, and longer than all of them. */
  readonly durations: Uint32Array;
  durationSumSeconds: number;
  /** By class of reason. */
  readonly failures: Map<string, number>;
  flaps: number;
  /** By the wall clock; undefined: never. */
  lastSuccessMs: number | undefined;
}

interface Counted {
  readonly series: readonly Series[];
  /** The newest last. */
  failures: readonly { readonly why: string; readonly atMs: number }[];
}

/** How finely series are told apart: as far as there are not too many of them. */
const GRAINS: readonly ((use: TargetUse) => Pick<Series, 'service' | 'region' | 'endpoint'>)[] = [
  ({ service, region = '', endpoint }) => ({ service, region, endpoint }),
  ({ service, region = '' }) => ({ service, region, endpoint: '' }),
  ({ region = '' }) => ({ service: '', region, endpoint: '' }),
  () => ({ service: '', region: '', endpoint: '' }),
];

/**
 * Counts what probes find. A result costs a look-up and a few additions. Metrics are only made when somebody asks for
 * them.
 */
export class Tally {
  readonly #nowMs: () => number;
  #series = new Map<string, Series>();
  #counted = new Map<string, Counted>();
  readonly #reasons = new Set<string>();
  #stalls = 0;
  #blind = 0;

  /** @param nowMs of the wall clock. */
  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
  }

  get series(): readonly Series[] {
    return [...this.#series.values()];
  }

  /** Probes that found nothing because the fault was ours: we were late, or could not look. */
  get ownFaults(): { readonly stall: number; readonly observer: number } {
    return { stall: this.#stalls, observer: this.#blind };
  }

  /** Counts for these targets and no others. What was counted of those that stay is kept. */
  keep(targets: readonly EndpointTarget[]): void {
    const uses = targets.flatMap((target) => target.uses);
    const grain = GRAINS.find((one) => hasFew(uses, one)) ?? GRAINS.at(-1)!;
    const series = new Map<string, Series>();
    const seriesOf = (use: TargetUse): Series => {
      const labels = grain(use);
      const key = keyOf(labels);
      const found = series.get(key) ?? this.#series.get(key) ?? newSeries(labels);
      series.set(key, found);
      return found;
    };
    this.#counted = new Map(
      targets.map((target) => [
        target.key,
        { series: [...new Set(target.uses.map(seriesOf))], failures: this.#counted.get(target.key)?.failures ?? [] },
      ]),
    );
    this.#series = series;
  }

  record({ key }: EndpointTarget, result: ProbeResult): void {
    if (!result.ok && result.fault === 'stall') this.#stalls++;
    if (!result.ok && result.fault === 'observer') this.#blind++;
    if (!result.ok && result.fault !== 'endpoint') return;
    const counted = this.#counted.get(key);
    if (counted === undefined) return;
    const seconds = result.durationMs / 1000;
    const bucket = bucketOf(seconds);
    for (const one of counted.series) {
      one.durations[bucket]++;
      one.durationSumSeconds += seconds;
      if (result.ok) one.lastSuccessMs = this.#nowMs();
    }
    if (!result.ok) this.#fail(counted, result.reason);
  }

  /** A verdict turned from up to down or back. */
  flip({ key }: EndpointTarget): void {
    for (const one of this.#counted.get(key)?.series ?? []) one.flaps++;
  }

  /** The last failures of a target, the newest first. */
  lastFailures(key: string): readonly PastFailure[] {
    const nowMs = this.#nowMs();
    const failures = this.#counted.get(key)?.failures ?? [];
    return failures.map(({ why, atMs }) => ({ why, agoMs: Math.max(0, nowMs - atMs) })).reverse();
  }

  #fail(counted: Counted, why: string): void {
    counted.failures = [...counted.failures.slice(1 - FAILURES_KEPT), { why, atMs: this.#nowMs() }];
    const reason = this.#classOf(why);
    for (const { failures } of counted.series) failures.set(reason, (failures.get(reason) ?? 0) + 1);
  }

  #classOf(why: string): string {
    const reason = reasonClass(why);
    if (this.#reasons.has(reason)) return reason;
    if (this.#reasons.size >= REASONS_MAX) return OTHER_REASON;
    this.#reasons.add(reason);
    return reason;
  }
}

/**
 * The stable beginning of a reason: `timed out` of `timed out after 2 s`, `status 503` of `status 503, expected 200`.
 */
export function reasonClass(why: string): string {
  return why
    .replace(/[,:;].*$/s, '')
    .replace(/ (?:after|for) [\d.]+ m?s$/, '')
    .slice(0, 60);
}

/** Whether so fine a grain gives no more series than there may be; looks no further than it takes to know. */
function hasFew(uses: readonly TargetUse[], grain: (typeof GRAINS)[number]): boolean {
  const keys = new Set<string>();
  for (const use of uses) {
    if (keys.add(keyOf(grain(use))).size > SERIES_MAX) return false;
  }
  return true;
}

function bucketOf(seconds: number): number {
  const bucket = DURATION_BOUNDS.findIndex((bound) => seconds <= bound);
  return bucket === -1 ? DURATION_BOUNDS.length : bucket;
}

function newSeries(labels: Pick<Series, 'service' | 'region' | 'endpoint'>): Series {
  return {
    ...labels,
    durations: new Uint32Array(DURATION_BOUNDS.length + 1),
    durationSumSeconds: 0,
    failures: new Map(),
    flaps: 0,
    lastSuccessMs: undefined,
  };
}

function keyOf({ service, region, endpoint }: Pick<Series, 'service' | 'region' | 'endpoint'>): string {
  return `${service} ${region} ${endpoint}`;
}
