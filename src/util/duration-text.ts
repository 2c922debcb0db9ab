/**
 * Durations as text. Apart from their schema (duration.ts), since most commands need durations and few need the
 * schema's library.
 */

export const unitMs = { d: 86_400_000, h: 3_600_000, m: 60_000, s: 1_000, ms: 1 } as const;

// Largest unit first and each at most once: `30s1m` is more likely a slip than a wish. The look-ahead refuses the empty
// text.
export const durationPattern =
  /^(?=\d)(?:(\d+(?:\.\d+)?)d)?(?:(\d+(?:\.\d+)?)h)?(?:(\d+(?:\.\d+)?)m)?(?:(\d+(?:\.\d+)?)s)?(?:(\d+(?:\.\d+)?)ms)?$/;

/** What a duration looks like, to complete the words "expected ...". */
export const durationExpected = 'a duration such as 5s or 500ms';

/** `500ms`, `5s`, `1m30s`, `2h`, `1d` in whole milliseconds; undefined for anything else, a bare number included. */
export function parseDurationMs(text: string): number | undefined {
  const [whole, ...amounts] = durationPattern.exec(text) ?? [];
  if (whole === undefined) return undefined;
  const ms = Object.values(unitMs).reduce((sum, unit, index) => sum + Number(amounts[index] ?? 0) * unit, 0);
  const rounded = Math.round(ms);
  return Number.isSafeInteger(rounded) ? rounded : undefined;
}

/** For messages: `500 ms`, `2 s`, `1.5 s`. */
export function formatDuration(ms: number): string {
  return ms < unitMs.s ? `${Math.round(ms)} ms` : `${Number((ms / unitMs.s).toFixed(3))} s`;
}
