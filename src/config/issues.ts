import type { z } from 'zod';
import type { Problem } from '../util/problem.ts';
import type { Document, Path } from './document.ts';
import { suggest } from './spelling.ts';

type Issue = z.core.$ZodIssue;
type RawIssue = z.core.$ZodRawIssue;

/**
 * The words after "expected" for an issue whose schema brings none. For unknown keys it is the bare list of known
 * ones, from which {@link problemsOf} takes the nearest spelling.
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

/** An issue of the schema as problems of the file: for a union, those of the alternative that was meant. */
export function problemsOf(issue: Issue, document: Document, base: Path = []): readonly Problem[] {
  const path = [...base, ...(issue.path as (string | number)[])];
  if (issue.code === 'invalid_union') {
    const meant = meantAlternative(issue.errors);
    if (meant !== undefined) return meant.flatMap((inner) => problemsOf(inner, document, path));
  }
  if (issue.code === 'unrecognized_keys') {
    const known = issue.message.split(KEY_SEPARATOR).filter((key) => key !== '');
    return issue.keys.map((key) => document.atKey([...path, key], 'unknown-key', suggest(key, known, 'no key here')));
  }
  if (issue.code === 'invalid_key') {
    return issue.issues.map(({ message }) => document.atKey(path, 'bad-value', message));
  }
  const { code, atKey } = placeOf(issue);
  return [atKey ? document.atKey(path, code, issue.message) : document.atValue(path, code, issue.message)];
}

const KEY_SEPARATOR = ', ';

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
 * Whoever writes a list with a slip in one entry meant the list: of the alternatives those count whose mistakes lie
 * deeper than the type of the whole value. Several or none of that kind: the union has to speak for itself.
 */
function meantAlternative(alternatives: readonly (readonly Issue[])[]): readonly Issue[] | undefined {
  const ofRightType = alternatives.filter((issues) => !issues.some(isOfWrongType));
  return ofRightType.length === 1 ? ofRightType[0] : undefined;
}

function isOfWrongType(issue: Issue): boolean {
  if (issue.path.length > 0) return false;
  // A union within the union is of the wrong type when all of its alternatives are.
  if (issue.code === 'invalid_union') return issue.errors.every((issues) => issues.some(isOfWrongType));
  return issue.code === 'invalid_type' || issue.code === 'invalid_value';
}

/** Where one of certain words may stand, another word is of the right type. */
function admitsWord(issue: Issue): boolean {
  if (issue.code === 'invalid_union') return issue.errors.some((issues) => issues.some(admitsWord));
  return issue.code === 'invalid_value';
}

/** The problem's code and place. A schema of ours names both in `params`; durations come from util, which knows no codes. */
function placeOf(issue: Issue): { code: string; atKey: boolean } {
  const params: { problem?: unknown; at?: unknown } = (issue.code === 'custom' && issue.params) || {};
  if (typeof params.problem === 'string') return { code: params.problem, atKey: params.at === 'key' };
  if (issue.message.startsWith('a duration')) return { code: 'bad-duration', atKey: false };
  return {
    code: isOfWrongType({ ...issue, path: [] }) && !admitsWord(issue) ? 'wrong-type' : 'bad-value',
    atKey: false,
  };
}
