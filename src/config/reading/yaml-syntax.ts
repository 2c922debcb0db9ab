import type { Document as YamlDocument } from 'yaml';
import { quote } from './document.ts';
import { mayHaveSecret } from './secrets.ts';

/** A place where a text is not YAML. */
export interface SyntaxMistake {
  readonly offset: number;
  readonly found: string;
  /** What would be right. */
  readonly expected: string;
}

/** Where the library speaks to programmers, or of its own trouble, what the operator has to know. */
const MEANINGS: readonly (readonly [said: RegExp, meant: string])[] = [
  [/multiple documents/, 'a single document: no line --- but at the beginning'],
  [/call stack|stack overflow/i, 'mappings and lists that are not nested hundreds deep'],
];

/** Copied out of a web page it looks like a space, and is a letter to YAML. */
const NO_BREAK_SPACE = '\u00a0';

/**
 * What makes a text no YAML, each once. A tag that nobody defines is a mistake, too: what stands behind !secret would
 * be read as plain text.
 */
export function syntaxMistakes(yaml: YamlDocument, text: string): readonly SyntaxMistake[] {
  const mistakes = [...yaml.errors, ...yaml.warnings].map(({ pos: [start, end], message }): SyntaxMistake => {
    const line = lineAt(text, start);
    const found = text.slice(start, Math.max(end, start + 1));
    const [, meant] = MEANINGS.find(([said]) => said.test(message)) ?? [];
    const hint = line.includes(NO_BREAK_SPACE) ? ' (this line has a no-break space, U+00A0)' : '';
    return {
      offset: start,
      found: mayHaveSecret(text, start, end)
        ? 'a line that is not shown: it may have a secret'
        : quote(found.trim() === '' ? line : found),
      expected: meant ?? `YAML: ${message}${hint}`,
    };
  });
  // What has a meaning of its own is said of the first place alone: it is the same everywhere.
  const meanings = new Set(MEANINGS.map(([, meant]) => meant));
  const first = mistakes.find(({ expected }) => meanings.has(expected));
  const others = mistakes.filter(({ expected }) => !meanings.has(expected));
  const all = first === undefined ? others : [first, ...others];
  return [...new Map(all.map((mistake) => [`${mistake.offset} ${mistake.expected}`, mistake])).values()];
}

function lineAt(text: string, offset: number): string {
  const start = text.lastIndexOf('\n', offset - 1) + 1;
  const end = text.indexOf('\n', offset);
  return text.slice(start, end === -1 ? undefined : end);
}
