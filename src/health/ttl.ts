import { checksLeft, type HealthState, type Thresholds } from './verdict.ts';

/**
 * How long an answer may be kept at most while an endpoint is close to a flip: until the flip, if every check from now
 * on spoke for it. Undefined while nothing speaks for one. Never less than `minSeconds`.
 */
export function ttlCapSeconds(
  state: HealthState,
  thresholds: Thresholds,
  intervalMs: number,
  minSeconds: number,
): number | undefined {
  const left = checksLeft(state, thresholds);
  const all = state.verdict === 'up' ? thresholds.fall : thresholds.rise;
  if (state.verdict === 'unknown' || left >= all) return undefined;
  return Math.max(minSeconds, Math.ceil((left * intervalMs) / 1_000));
}

/** The TTL of an answer that depends on several endpoints: its own, or the least of the caps. */
export function cappedTtlSeconds(ttlSeconds: number, caps: readonly (number | undefined)[]): number {
  return caps.reduce((ttl: number, cap) => Math.min(ttl, cap ?? ttl), ttlSeconds);
}
