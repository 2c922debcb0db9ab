import { z } from 'zod';
import { durationExpected, durationPattern, parseDurationMs, unitMs } from './duration-text.ts';

/**
 * A duration in a config file: text with units, or a number of seconds. The output is in milliseconds. `min` and `max`
 * (inclusive) are written as a duration is, so that messages quote them as the operator would write them.
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
