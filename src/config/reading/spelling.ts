import { nearestSpelling } from '../../util/spelling.ts';

/** Beyond this no list of choices helps: the operator looks into the file instead. */
const CHOICES_MAX = 12;

/**
 * To complete the words "expected ...": the choice that was probably meant, else all of them. `none` where there are
 * none.
 */
export function suggest(found: string, defined: readonly string[], none: string): string {
  const choices = defined.filter((choice) => choice !== ''); // a mistake of its own, and nothing to suggest
  if (choices.length === 0) return none;
  const nearest = nearestSpelling(found, choices);
  if (nearest !== undefined) return nearest;
  const listed = choices.slice(0, CHOICES_MAX).join(', ');
  if (choices.length === 1) return listed;
  return `one of ${listed}${choices.length > CHOICES_MAX ? `, ... (${choices.length})` : ''}`;
}
