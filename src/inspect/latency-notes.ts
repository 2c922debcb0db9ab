import type { CompiledService } from '../compile/services.ts';
import type { Location } from '../geo/location.ts';
import type { EstimateSource } from '../latency/estimating/estimate-source.ts';
import { EXPLORATION_NAME, isMeasured } from '../steering/exploration.ts';
import type { WholePlan } from '../steering/plan.ts';
import { unitMs } from '../util/duration-text.ts';
import type { Course } from './course.ts';

/** The estimated round-trip time to a region, by which `fastest` goes, and what it rests on. */
export interface LatencyNote {
  readonly region: string;
  readonly ms: number;
  /** Of these, what the region's probes take more than usual; absent where that is nothing. */
  readonly addedMs?: number;
  /** A standard deviation. */
  readonly uncertaintyMs: number;
  /** Faded by age; 0 where nothing was measured. */
  readonly samples: number;
  /** Of the latest of them; absent where there is none. */
  readonly ageMs?: number;
  readonly source: EstimateSource;
}

/** The regions that an answer may come from, the fastest first; none where the plan does not go by round-trip times. */
export function latencyNotes(service: CompiledService, plan: WholePlan, location: Location): readonly LatencyNote[] {
  if (!isMeasured(plan)) return [];
  const regions = new Set(plan.leaves.flatMap(({ region }) => region?.name ?? []));
  return [...regions]
    .flatMap((region): readonly LatencyNote[] => {
      const why = service.whyLatency(location, region);
      if (why === undefined) return [];
      const { ms, addedMs = 0, uncertaintyMs, samples, ageMs, source } = why;
      const figures = { ms: rounded(ms), uncertaintyMs: rounded(uncertaintyMs), samples: rounded(samples) };
      const added = addedMs > 0 && { addedMs: rounded(addedMs) };
      return [{ region, ...figures, ...added, ...(Number.isFinite(ageMs) && { ageMs: Math.round(ageMs) }), source }];
    })
    .sort((a, b) => a.ms - b.ms);
}

/** Whether the client is one of those that are sent to the second fastest. */
export function isExploring({ sides }: Course): boolean {
  return sides.some(({ name, isTaken }) => isTaken && name.startsWith(EXPLORATION_NAME));
}

export function latencyText({ region, ms, addedMs, uncertaintyMs, samples, ageMs, source }: LatencyNote): string {
  const added = addedMs === undefined ? '' : `, ${addedMs} of them as its probes are slow`;
  const age = ageMs === undefined ? '' : `, ${ageText(ageMs)} old`;
  return `${region}: ${ms} ms${added}, give or take ${uncertaintyMs}; by ${source}, ${samples} samples${age}`;
}

/** In the largest unit of which there are two: `90 s`, `3 h`, `12 d`. */
function ageText(ageMs: number): string {
  const unit = (['d', 'h', 'm'] as const).find((name) => ageMs >= 2 * unitMs[name]) ?? 's';
  return `${Math.round(ageMs / unitMs[unit])} ${unit}`;
}

function rounded(value: number): number {
  return Math.round(value * 10) / 10;
}
