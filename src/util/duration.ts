import { z } from 'zod';

const unitMs = { d: 86_400_000, h: 3_600_000, m: 60_000, s: 1_000, ms: 1 } as const;

// Largest unit first and each at most once: `30s1m` is more likely a slip than a wish. The look-ahead refuses the empty text.
const durationPattern =
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

/**
 * A duration in a config file: text with units, or a number of seconds. The output is in milliseconds.
 * `min` and `max` (inclusive) are written as a duration is, so that messages quote them as the operator would write them.
 */
export function duration(min: string, max: string) {
  const minMs = parseDurationMs(min) ?? Number.NaN;
  const maxMs = parseDurationMs(max) ?? Number.NaN;
  return z
    .union([z.string().regex(durationPattern, durationExpected), z.number()], { error: durationExpected })
    .transform((value, context) => {
      const ms = typeof value === 'number' ? Math.round(value * unitMs.s) : parseDurationMs(value);
      if (ms !== undefined && ms >= minMs && ms <= maxMs) return ms;
      context.addIssue({ code: 'custom', message: `a duration from ${min} to ${max}` });
      return z.NEVER;
    });
}
