import { z } from 'zod';
import type { Reference } from './step.ts';

/** One value, or a list of at least one: always a list in the output. `form` says what a value is. */
export const oneOrMore = <T extends z.ZodType>(item: T, form: string) =>
  z
    .union([item, z.array(item).min(1, `${form}, or a list of at least one`)], { error: `${form}, or a list` })
    .transform((value) => [value].flat() as z.output<T>[]);

/** The words for a value that is no mapping at all; its keys have words of their own. */
export function mappingLike(form: string) {
  return { error: (issue: { readonly code?: string }) => (issue.code === 'invalid_type' ? form : undefined) };
}

/** The references in a name or a list of names; whatever is not text is the schema's to refuse. */
export function referencesIn(
  written: unknown,
  to: Reference['to'],
  path: Reference['path'] = [],
): readonly Reference[] {
  if (typeof written === 'string') return [{ to, name: written, path }];
  if (!Array.isArray(written)) return [];
  return written.flatMap((name: unknown, index) =>
    typeof name === 'string' ? [{ to, name, path: [...path, index] }] : [],
  );
}
