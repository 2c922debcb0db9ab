import { isCollection, isMap, isScalar, isSeq, type Node } from 'yaml';
import type { Path } from './path.ts';

/**
 * What stands below these keys must not be shown: messages go to logs, and into chats. A key is known by the one above
 * it; `*` is a name that the operator gave. Their values, too, where a text stands for the mapping that was meant: it
 * may be the secret.
 */
const SECRETS: readonly (readonly string[])[] = [
  ['latency', 'agents'],
  ['server', 'cookies'],
  ['push'],
  ['http', 'headers'],
  ['https', 'headers'],
  ['hooks', '*', 'secret'],
  ['hooks', '*', 'url'], // who knows it may post there
  ['hooks', '*', 'headers'],
];

/** Keys, of any place, on whose lines something of these may stand. */
const WORDS = new Set([...SECRETS.flat().filter((key) => !['*', 'latency', 'server', 'http', 'https'].includes(key))]);

/** Those below `push` and the like that say nothing to anybody. */
const OPEN = new Set(['ttl', 'required', 'on', 'timeout', 'queue', 'giveUp']);

/** Whether what stands at a path is a secret, or may be meant as one. */
export function isSecret(path: Path): boolean {
  // A list, or a merge, where none should be is no place to show it either.
  const keys = path.filter((key) => typeof key === 'string' && key !== '<<');
  if (OPEN.has(String(keys.at(-1)))) return false;
  return SECRETS.some((secret) => keys.some((_, at) => isAt(keys, at, secret)));
}

function isAt(keys: Path, at: number, secret: readonly string[]): boolean {
  return secret.every((key, index) => (key === '*' ? keys[at + index] !== undefined : keys[at + index] === key));
}

/** A secret as messages show it: enough to see that it is too short. */
export function describeSecret(node: Node | undefined): string {
  if (isCollection(node)) return isMap(node) ? 'a mapping' : 'a list';
  const length = isScalar(node) ? String(node.value ?? '').length : 0;
  return `${length} characters that are not shown`;
}

/** Whether a secret stands in what is at a path. */
export function hasSecret(node: Node | null | undefined, path: Path): boolean {
  if (isSeq<Node>(node)) return node.items.some((item, index) => hasSecret(item, [...path, index]));
  if (!isMap<Node, Node | null>(node)) return isScalar(node) && isSecret(path);
  return node.items.some(({ key, value }) => hasSecret(value, [...path, isScalar(key) ? String(key.value) : '']));
}

/** Whether a secret may stand in the lines of a text that is no YAML, from one offset to the other. */
export function mayHaveSecret(text: string, start: number, end: number): boolean {
  const from = text.lastIndexOf('\n', start - 1) + 1;
  const lines = text.slice(from, Math.max(end, text.indexOf('\n', start))).split('\n');
  const above = linesAround(text.slice(0, from).split('\n'), indentOf(lines[0]!));
  return [...lines, ...above].some((line) =>
    [...line.matchAll(/([\w-]+)["']?\s*:/g)].some(([, key]) => WORDS.has(key!)),
  );
}

/** The lines in whose mappings one of such an indentation is. */
function linesAround(before: readonly string[], indent: number): readonly string[] {
  let least = indent;
  return before.toReversed().filter((line) => {
    if (line.trim() === '' || indentOf(line) >= least) return false;
    least = indentOf(line);
    return true;
  });
}

function indentOf(line: string): number {
  return line.length - line.trimStart().length;
}
