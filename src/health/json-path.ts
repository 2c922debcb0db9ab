/** A step into a value: the name of a member, or the index of an element. */
export type JsonPath = readonly (string | number)[];

const step = /^(?:\.?([A-Za-z_$][\w$-]*)|\[(\d{1,9})\]|\["((?:[^"\\]|\\["\\])*)"\])/;

/**
 * Reads `status`, `checks[0].state` or `["a b"].c`; undefined for anything else. The empty path is the value itself and
 * is written `$`.
 */
export function parseJsonPath(text: string): JsonPath | undefined {
  if (text === '$') return [];
  const path: (string | number)[] = [];
  let rest = text.startsWith('$.') || text.startsWith('$[') ? text.slice(1).replace(/^\./, '') : text;
  if (rest === '' || rest.startsWith('.')) return undefined;
  while (rest !== '') {
    const [whole, name, index, quoted] = step.exec(rest) ?? [];
    if (whole === undefined) return undefined;
    // Without its dot a name can only stand first: `a[0]b` is a slip.
    if (name !== undefined && path.length > 0 && !whole.startsWith('.')) return undefined;
    path.push(index !== undefined ? Number(index) : (name ?? quoted!.replace(/\\(["\\])/g, '$1')));
    rest = rest.slice(whole.length);
  }
  return path;
}

/** What stands at a path; undefined where nothing does. Only own members count, so that `constructor` is no value. */
export function valueAt(value: unknown, path: JsonPath): unknown {
  let at: unknown = value;
  for (const key of path) {
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, key)) return undefined;
    at = (at as Record<string | number, unknown>)[key];
  }
  return at;
}
