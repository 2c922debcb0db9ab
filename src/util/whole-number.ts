import { z } from 'zod';

/** The schema of a whole number in a configuration, from `min` to `max`, both included. */
export function wholeNumber(min: number, max: number) {
  const form = `a whole number from ${min} to ${max}`;
  return z.int(form).min(min, form).max(max, form);
}
