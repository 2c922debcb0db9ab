/**
 * Looks into a value of which nothing is known yet, and finds what can be found: checks that take the document as it is
 * written see a mistake whatever else is wrong around it.
 */

type Mapping = Readonly<Record<string, unknown>>;

/** What a key of a mapping holds; `undefined` for anything that is no mapping or has no such key. */
export function written(value: unknown, ...keys: readonly string[]): unknown {
  return keys.reduce((inner, key) => (isMapping(inner) && Object.hasOwn(inner, key) ? inner[key] : undefined), value);
}

/** The same, where it is a text. */
export function textOf(value: unknown, ...keys: readonly string[]): string | undefined {
  const found = written(value, ...keys);
  return typeof found === 'string' ? found : undefined;
}

/** The entries of a mapping; none where it is no mapping. */
export function entriesIn(value: unknown): readonly (readonly [string, unknown])[] {
  return isMapping(value) ? Object.entries(value) : [];
}

/** The keys of a mapping; none where it is no mapping. */
export function keysIn(value: unknown): readonly string[] {
  return isMapping(value) ? Object.keys(value) : [];
}

/** The texts of a list, or a text that stands alone, each with the rest of the path to it. */
export function textsIn(value: unknown): readonly { readonly text: string; readonly path: readonly number[] }[] {
  if (typeof value === 'string') return [{ text: value, path: [] }];
  if (!Array.isArray(value)) return [];
  return value.flatMap((text: unknown, index) => (typeof text === 'string' ? [{ text, path: [index] }] : []));
}

export function isMapping(value: unknown): value is Mapping {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
