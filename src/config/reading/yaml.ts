import {
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  type Pair,
  parseDocument,
  visit,
  type Document as YamlDocument,
} from 'yaml';
import type { Problem } from '../../util/problem.ts';
import { Document, quote } from './document.ts';
import { suggest } from './spelling.ts';
import { syntaxMistakes } from './yaml-syntax.ts';

/**
 * Far more than anyone writes; too few to make a large value of a small file (an alias counts for all that it stands
 * for).
 */
const ALIASES_MAX = 100;

/** With more of them the file is something else than YAML, and the rest says nothing new. */
const SYNTAX_PROBLEMS_MAX = 100;

type Report = (offset: number, code: string, found: string, expected: string) => void;

/**
 * Reads YAML 1.2 with merge keys. What is not YAML gives no document: every later complaint would be a guess. A key
 * written twice is a problem beside a document, in which the first one counts.
 */
export function parseYaml(
  text: string,
  file: string,
): { readonly document?: Document; readonly problems: readonly Problem[] } {
  const problems: Problem[] = [];
  const lines = new LineCounter();
  const report: Report = (offset, code, found, expected) => {
    const { line, col } = lines.linePos(offset);
    problems.push({ code, file, line: Math.max(1, line), column: Math.max(1, col), found, expected });
  };
  // Doubled keys are found by tidy: the parser's own check compares each key with all others.
  const yaml = parseDocument(text, {
    lineCounter: lines,
    merge: true,
    stringKeys: true,
    uniqueKeys: false,
    prettyErrors: false,
  });
  for (const { offset, found, expected } of syntaxMistakes(yaml, text).slice(0, SYNTAX_PROBLEMS_MAX)) {
    report(offset, 'yaml-syntax', found, expected);
  }
  if (problems.length > 0) return { problems };
  reportUndefinedAliases(yaml.contents, report);
  if (problems.length > 0) return { problems };
  reportBadMerges(yaml, report);
  if (problems.length > 0) return { problems };
  tidy(yaml.contents, report);
  try {
    const value: unknown = yaml.toJS({ maxAliasCount: ALIASES_MAX });
    return { document: new Document(file, text, yaml, lines, value), problems };
  } catch (error) {
    // Aliases that multiply, or that stand for what they are in.
    report(0, 'yaml-syntax', 'aliases without end', `YAML: ${(error as Error).message}`);
    return { problems };
  }
}

/**
 * An alias stands for what was anchored before it; the library would tell only of the first that does not, and not
 * where.
 */
function reportUndefinedAliases(node: Node | null | undefined, report: Report, anchors = new Set<string>()): void {
  if (isAlias(node)) {
    if (anchors.has(node.source)) return;
    report(
      offsetOf(node),
      'yaml-syntax',
      quote(`*${node.source}`),
      suggest(node.source, [...anchors], 'an alias of an anchor above it'),
    );
    return;
  }
  if (node?.anchor !== undefined) anchors.add(node.anchor);
  if (isSeq<Node>(node)) for (const item of node.items) reportUndefinedAliases(item, report, anchors);
  if (isMap<Node, Node | null>(node))
    for (const { value } of node.items) reportUndefinedAliases(value, report, anchors);
}

/** What a merge key takes in has keys itself; the library would tell only of the first that has not, and not where. */
function reportBadMerges(yaml: YamlDocument, report: Report): void {
  const isMapping = (node: Node | null | undefined): boolean => isMap(isAlias(node) ? node.resolve(yaml) : node);
  visit(yaml, {
    Pair(_, { key, value }) {
      if (!isScalar(key) || key.value !== '<<') return;
      const sources = isSeq<Node>(value) ? value.items : [value as Node | null];
      if (!sources.every(isMapping))
        report(offsetOf(key), 'yaml-syntax', quote('<<'), '<<: with a mapping, or an alias of one');
    },
  });
}

/** Takes out of a document what would make its plain value ambiguous, and says so. */
function tidy(node: Node | null | undefined, report: Report, isTop = true): void {
  if (isSeq<Node>(node)) for (const item of node.items) tidy(item, report, false);
  if (!isMap<Node, Node | null>(node)) return;
  const firsts = new Map<string, Pair<Node, Node | null>>();
  node.items = node.items.filter((pair) => {
    const key = isScalar(pair.key) ? String(pair.key.value) : '';
    const first = firsts.get(key);
    if (key === '__proto__') {
      // To JavaScript an object's __proto__ is no entry, and code that forgets it is easily misled.
      report(offsetOf(pair.key), 'unknown-key', quote(key), 'another name');
      return false;
    }
    if (first === undefined || key === '<<') {
      firsts.set(key, pair);
      return true;
    }
    report(offsetOf(pair.key), 'duplicate-key', quote(key), 'each key once in a mapping');
    // A section begun twice: its entries count all the same, or every mention of one would be a mistake, too.
    if (isTop && isMap(first.value) && isMap(pair.value)) first.value.items.push(...pair.value.items);
    return false;
  });
  for (const pair of node.items) tidy(pair.value, report, false);
}

function offsetOf(node: Node): number {
  return node.range?.[0] ?? 0;
}
