import type { z } from 'zod';
import { nearestSpelling } from '../../util/spelling.ts';

type Issue = z.core.$ZodIssue;
type UnknownKeys = z.core.$ZodIssueUnrecognizedKeys;

/** Between the known keys in the message of an issue about unknown ones. */
export const KEY_SEPARATOR = ', ';

/** The keys that a mapping may have, by an issue about others. */
export function knownKeysIn({ message }: UnknownKeys): readonly string[] {
  return message.split(KEY_SEPARATOR).filter((key) => key !== '');
}

/**
 * Of the issues of a union's alternatives those of the one that was meant. Whoever writes a list with a slip in one
 * entry meant the list: of the alternatives those count whose mistakes lie deeper than the type of the whole value. Of
 * several of that kind it is the one whose keys are most nearly those that are written. Where that leaves a doubt:
 * none, and the union has to speak for itself.
 */
export function meantAlternative(alternatives: readonly (readonly Issue[])[]): readonly Issue[] | undefined {
  const ofRightType = alternatives
    .filter((issues) => !issues.some(isOfWrongType))
    .map((issues) => ({ issues, strangeness: strangenessOf(issues) }))
    .sort((a, b) => a.strangeness - b.strangeness);
  const [best, next] = ofRightType;
  return best !== undefined && best.strangeness !== next?.strangeness ? best.issues : undefined;
}

/** Whether a value is of another type than the schema's, as a whole. */
export function isOfWrongType(issue: Issue): boolean {
  if (issue.path.length > 0) return false;
  // A union within the union is of the wrong type when all of its alternatives are.
  if (issue.code === 'invalid_union') return issue.errors.every((issues) => issues.some(isOfWrongType));
  return issue.code === 'invalid_type' || issue.code === 'invalid_value';
}

/** Where one of certain words may stand, another word is of the right type. */
export function admitsWord(issue: Issue): boolean {
  if (issue.code === 'invalid_union') return issue.errors.some((issues) => issues.some(admitsWord));
  return issue.code === 'invalid_value';
}

/** How many keys of the value itself are none of the alternative's, and no misspelling of one. */
function strangenessOf(issues: readonly Issue[]): number {
  const counts = issues.map((issue): number => {
    if (issue.path.length > 0) return 0;
    if (issue.code === 'unrecognized_keys')
      return issue.keys.filter((key) => nearestSpelling(key, knownKeysIn(issue)) === undefined).length;
    if (issue.code !== 'invalid_union') return 0;
    return Math.min(...issue.errors.filter((inner) => !inner.some(isOfWrongType)).map(strangenessOf));
  });
  return counts.reduce((total, count) => total + count, 0);
}
