import type { Verdict } from './verdict.ts';

/**
 * The verdict on a whole of which at least so many parts must be up. Unknown is neither: the whole is unknown while its
 * unknown parts could still turn it either way.
 */
export function combine(atLeast: number, parts: readonly Verdict[]): Verdict {
  const up = parts.filter((part) => part === 'up').length;
  const unknown = parts.filter((part) => part === 'unknown').length;
  if (up >= atLeast) return 'up';
  return up + unknown < atLeast ? 'down' : 'unknown';
}
