import { distanceKm } from '../../util/distance.ts';
import type { Refusal, Region, Report } from './report.ts';

/** Below it, client and region share a rack; no client of a public service does. */
export const RTT_MIN_MS = 0.05;

/** Above it, a connection was hung, not slow: browsers and kernels give up not much later. */
export const RTT_MAX_MS = 10_000;

/**
 * Light in glass covers 204 km in a millisecond (refractive index 1.468), so a round trip takes a millisecond for half
 * of it.
 */
const ROUND_TRIP_KM_PER_MS = 204 / 2;

/** Clocks of reporters differ; what lies further ahead than this is a wrong clock or a lie. */
const FUTURE_MAX_MS = 60_000;

/** The least round-trip time that a fibre along the great circle allows, in milliseconds. */
function lightMs(distance: number): number {
  return Math.max(0, distance) / ROUND_TRIP_KM_PER_MS;
}

/** Why a round-trip time can't be, whatever was measured. */
export function refuseTime(rttMs: number): Refusal | undefined {
  if (!(rttMs > 0)) return 'not-positive';
  return rttMs >= RTT_MIN_MS && rttMs <= RTT_MAX_MS ? undefined : 'absurd-time';
}

/** Why what a report says can't be; undefined where it can. Samples older than `ageMaxMs` would have faded anyway. */
export function refuseContent(report: Report, region: Region, nowMs: number, ageMaxMs: number): Refusal | undefined {
  const { asn, country, position, rttMs, atMs } = report;
  const refusal = refuseTime(rttMs);
  if (refusal !== undefined) return refusal;
  if (country !== undefined && !/^[A-Z]{2}$/.test(country)) return 'bad-country';
  if (asn !== undefined && !(Number.isInteger(asn) && asn >= 0 && asn <= 0xffff_ffff)) return 'bad-asn';
  if (!(atMs >= nowMs - ageMaxMs && atMs <= nowMs + FUTURE_MAX_MS)) return 'bad-moment';
  if (position === undefined) return undefined;
  return rttMs < lightMs(distanceKm(position, region) - position.errorKm) ? 'faster-than-light' : undefined;
}
