import type { z } from 'zod';
import type { Problem } from '../../util/problem.ts';
import type { Document } from './document.ts';
import type { Path } from './path.ts';
import { suggest } from './spelling.ts';
import { admitsWord, isOfWrongType, KEY_SEPARATOR, knownKeysIn, meantAlternative } from './unions.ts';

type Issue = z.core.$ZodIssue;
type RawIssue = z.core.$ZodRawIssue;

/**
 * The words after "expected" for an issue whose schema brings none. For unknown keys it is the bare list of known
 * ones, from which {@link problemsOfAll} takes the nearest spelling.
 */
export function expectedOf(issue: RawIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      return TYPE_NAMES[issue.expected] ?? `a value of type ${issue.expected}`;
    case 'unrecognized_keys':
      return knownKeys(issue).join(KEY_SEPARATOR);
    case 'invalid_value':
      return issue.values.length === 1 ? String(issue.values[0]) : `one of ${issue.values.join(', ')}`;
    case 'too_small':
      return `at least ${issue.minimum}${unitOf(issue.origin)}`;
    case 'too_big':
      return `at most ${issue.maximum}${unitOf(issue.origin)}`;
    case 'not_multiple_of':
      return `a multiple of ${issue.divisor}`;
    default:
      return 'a valid value';
  }
}

/**
 * The issues of a schema as problems of the file. Where a mapping has an unknown key, what it lacks as a whole is
 * probably that key: it is not told beside it.
 */
export function problemsOfAll(issues: readonly Issue[], document: Document, base: Path = []): readonly Problem[] {
  const misspelled = new Set(issues.flatMap(({ code, path }) => (code === 'unrecognized_keys' ? path.join('/') : [])));
  const said = new Set<string>();
  return issues
    .filter((issue) => issue.code !== 'custom' || issue.params !== undefined || !misspelled.has(issue.path.join('/')))
    .filter(({ path, message, code }) => {
      // Of a value of the wrong type its bounds are looked at, too: the same words twice.
      const words = `${path.join('/')}: ${code === 'too_small' || code === 'too_big' ? 'invalid_type' : code} ${message}`;
      return !said.has(words) && said.add(words);
    })
    .flatMap((issue) => problemsOf(issue, document, base));
}

/** An issue of the schema as problems of the file: for a union, those of the alternative that was meant. */
function problemsOf(issue: Issue, document: Document, base: Path): readonly Problem[] {
  const path = [...base, ...(issue.path as (string | number)[])];
  if (issue.code === 'invalid_union') {
    const meant = meantAlternative(issue.errors);
    if (meant !== undefined) return problemsOfAll(meant, document, path);
  }
  if (issue.code === 'unrecognized_keys') {
    const known = knownKeysIn(issue);
    return issue.keys.map((key) => document.atKey([...path, key], 'unknown-key', suggest(key, known, 'no key here')));
  }
  if (issue.code === 'invalid_key') {
    return issue.issues.map(({ message }) => document.atKey(path, 'bad-value', message));
  }
  const { code, atKey } = placeOf(issue);
  return [atKey ? document.atKey(path, code, issue.message) : document.atValue(path, code, issue.message)];
}

const TYPE_NAMES: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  tuple: 'a list',
  object: 'a mapping',
  record: 'a mapping',
};

function unitOf(origin: string): string {
  if (origin === 'string') return ' characters';
  return origin === 'array' ? ' entries' : '';
}

function knownKeys({ inst }: RawIssue): readonly string[] {
  const { shape } = (inst as z.ZodObject | undefined)?._zod.def ?? {};
  return Object.keys(shape ?? {});
}

/**
 * The problem's code and place. A schema of ours names both in `params`; durations come from util, which knows no
 * codes.
 */
function placeOf(issue: Issue): { code: string; atKey: boolean } {
  const params: { problem?: unknown; at?: unknown } = (issue.code === 'custom' && issue.params) || {};
  if (typeof params.problem === 'string') return { code: params.problem, atKey: params.at === 'key' };
  if (issue.message.startsWith('a duration')) return { code: 'bad-duration', atKey: false };
  return {
    code: isOfWrongType({ ...issue, path: [] }) && !admitsWord(issue) ? 'wrong-type' : 'bad-value',
    atKey: false,
  };
}
