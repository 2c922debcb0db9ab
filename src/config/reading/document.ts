import {
  isAlias,
  isCollection,
  isMap,
  isScalar,
  isSeq,
  type LineCounter,
  type Node,
  type Pair,
  type YAMLMap,
  type Document as YamlDocument,
} from 'yaml';
import type { Problem } from '../../util/problem.ts';
import type { Path } from './path.ts';
import { describeSecret, hasSecret, isSecret } from './secrets.ts';

/** How much of what stands in a file a message quotes: enough to recognise it, short enough for a line. */
const QUOTED_MAX = 60;

/** A YAML file that could be read: its plain value, and where in the file each part of the value stands. */
export class Document {
  readonly file: string;
  /** As JSON would have it. Whatever the operator wrote: nothing about its shape is known yet. */
  readonly value: unknown;
  readonly #yaml: YamlDocument;
  readonly #text: string;
  readonly #lines: LineCounter;
  readonly #pairs = new WeakMap<Node, ReadonlyMap<unknown, readonly Pair<Node, Node | null>[]>>();

  constructor(file: string, text: string, yaml: YamlDocument, lines: LineCounter, value: unknown) {
    this.file = file;
    this.value = value;
    this.#yaml = yaml;
    this.#text = text;
    this.#lines = lines;
  }

  /** A problem with the value at a path. A path that the document lacks means that its last key is missing. */
  atValue(path: Path, code: string, expected: string, found?: string): Problem {
    const place = this.#find(path);
    if (place === undefined) return this.#missing(path, expected);
    const node = place.value;
    // `key:` with nothing behind it has a value without a place of its own: the key is where to look.
    const empty = node === undefined || isEmptyScalar(node);
    return this.#problem(empty ? (place.key ?? node) : node, code, expected, found ?? this.#show(node, path));
  }

  /** A problem with the key that a path ends in. */
  atKey(path: Path, code: string, expected: string, found?: string): Problem {
    const node = this.#find(path)?.key;
    return this.#problem(node, code, expected, found ?? this.#quote(node));
  }

  /** The line of the value at a path. */
  lineOf(path: Path): number | undefined {
    return this.atValue(path, '', '').line;
  }

  /**
   * Where the text of a literal block (`records: |`) begins: add its line and column to those of a place in the text,
   * both counted from 0 there. `undefined` for other scalars, whose lines are not those of the file.
   */
  blockStart(path: Path): { line: number; column: number } | undefined {
    const node = this.#find(path)?.value;
    if (!isScalar(node) || node.type !== 'BLOCK_LITERAL' || typeof node.value !== 'string' || !node.range)
      return undefined;
    const header = this.#lines.linePos(node.range[0]).line;
    const lines = node.value.split('\n');
    const row = lines.findIndex((line) => line !== '');
    const start = this.#lines.lineStarts[header + row];
    if (row === -1 || start === undefined) return { line: header + 1, column: 1 };
    const written = this.#text.slice(start).split('\n', 1)[0]!.replace(/\r$/, '');
    return { line: header + 1, column: written.length - lines[row]!.length + 1 };
  }

  /** The same key on two levels: what stands there, and the key that leads to it. */
  #find(path: Path): { key?: Node; value?: Node } | undefined {
    let place: { key?: Node; value?: Node } = { ...(this.#yaml.contents && { value: this.#yaml.contents }) };
    for (const step of path) {
      const node = this.#resolved(place.value);
      if (isMap(node)) {
        const pair = this.#pairIn(node, String(step));
        if (pair === undefined) return undefined;
        place = { key: pair.key, ...(pair.value && { value: pair.value }) };
      } else if (isSeq(node) && node.items[Number(step)] !== undefined) {
        place = { value: node.items[Number(step)] as Node };
      } else if (isScalar(node) && node.value === step) {
        // A word by itself in place of a mapping with that key, as steps without settings are.
        place = { key: node, value: node };
      } else {
        return undefined;
      }
    }
    return place;
  }

  #resolved(node: Node | undefined): Node | undefined {
    return isAlias(node) ? node.resolve(this.#yaml) : node;
  }

  /** A mapping's own pair, else the one it takes in by a merge key (`<<: *base`). */
  #pairIn(map: Node, key: string): Pair<Node, Node | null> | undefined {
    if (!isMap<Node, Node | null>(map)) return undefined;
    const pairs = this.#pairsOf(map);
    const [own] = pairs.get(key) ?? [];
    if (own !== undefined) return own;
    for (const pair of pairs.get('<<') ?? []) {
      const base = this.#resolved(pair.value ?? undefined);
      for (const source of isSeq<Node>(base) ? base.items : [base]) {
        const merged = this.#resolved(source);
        const found = merged && this.#pairIn(merged, key);
        if (found !== undefined) return found;
      }
    }
    return undefined;
  }

  /** By key. Where ten thousand services have a mistake each, to look through all of them for each takes seconds. */
  #pairsOf(map: YAMLMap<Node, Node | null>): ReadonlyMap<unknown, readonly Pair<Node, Node | null>[]> {
    const known = this.#pairs.get(map);
    if (known !== undefined) return known;
    const pairs = Map.groupBy(map.items, ({ key }) => (isScalar(key) ? key.value : undefined));
    this.#pairs.set(map, pairs);
    return pairs;
  }

  #missing(path: Path, expected: string): Problem {
    const parent = path.slice(0, -1);
    const place = this.#find(parent);
    // Several levels may be missing at once: the first of them is the one to name.
    if (place === undefined && parent.length > 0) return this.#missing(parent, expected);
    return this.#problem(place?.key ?? place?.value, 'missing-key', `${path.at(-1)}: ${expected}`, 'nothing');
  }

  #problem(node: Node | undefined, code: string, expected: string, found: string): Problem {
    const { line, col } = this.#lines.linePos(node?.range?.[0] ?? 0);
    return { code, file: this.file, line: Math.max(1, line), column: Math.max(1, col), found, expected };
  }

  /** Never a secret: messages go to logs, and into chats. */
  #show(node: Node | undefined, path: Path): string {
    if (node === undefined || isEmptyScalar(node)) return 'nothing';
    if (isSecret(path)) return describeSecret(node);
    if (isCollection(node) && hasSecret(node, path)) return isMap(node) ? 'a mapping' : 'a list';
    return this.#quote(node);
  }

  #quote(node: Node | undefined): string {
    if (node === undefined || isEmptyScalar(node)) return 'nothing';
    if (isCollection(node) && !node.flow) return isMap(node) ? 'a mapping' : 'a list';
    const [start, end] = node.range ?? [0, 0];
    return quote(this.#text.slice(start, end));
  }
}

/**
 * Text from a file as messages show it: on one line, bounded, harmless to a terminal, in quotes unless it has its own.
 */
export function quote(text: string): string {
  const line = text
    .slice(0, 4 * QUOTED_MAX)
    .trim()
    .replace(/\s+/g, ' ')
    .replace(/\p{C}/gu, '?');
  const isCut = line.length > QUOTED_MAX || text.length > 4 * QUOTED_MAX;
  const bounded = isCut ? `${line.slice(0, QUOTED_MAX - 3)}...` : line;
  const [own = ''] = /^["'[{]/.exec(bounded) ?? [];
  if (own === '') return `'${bounded}'`;
  return isCut && (own === '"' || own === "'") ? `${bounded}${own}` : bounded;
}

function isEmptyScalar(node: Node): boolean {
  return isScalar(node) && (node.source ?? '') === '' && node.value === null;
}
