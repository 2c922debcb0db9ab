/** Beyond this no list of choices helps: the operator looks into the file instead. */
const CHOICES_MAX = 12;

/** Names longer than this are not compared: the cost grows with the square of the length. */
const LENGTH_MAX = 64;

/** To complete the words "expected ...": the choice that was probably meant, else all of them. `none` where there are none. */
export function suggest(found: string, choices: readonly string[], none: string): string {
  if (choices.length === 0) return none;
  const nearest = nearestSpelling(found, choices);
  if (nearest !== undefined) return nearest;
  const listed = choices.slice(0, CHOICES_MAX).join(', ');
  if (choices.length === 1) return listed;
  return `one of ${listed}${choices.length > CHOICES_MAX ? `, ... (${choices.length})` : ''}`;
}

/** The choice at the least edit distance, if it is near enough to be meant: a third of the letters may be wrong. */
export function nearestSpelling(found: string, choices: readonly string[]): string | undefined {
  if (found.length > LENGTH_MAX) return undefined;
  let nearest: string | undefined;
  let least = Math.max(1, Math.floor(found.length / 3)) + 1;
  for (const choice of choices) {
    if (Math.abs(choice.length - found.length) >= least) continue;
    const distance = editDistance(found.toLowerCase(), choice.toLowerCase());
    if (distance < least) [nearest, least] = [choice, distance];
  }
  return nearest;
}

/** Insertions, deletions, substitutions and swaps of neighbours that turn one text into the other (optimal string alignment). */
export function editDistance(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row++) {
    const current = [row];
    for (let column = 1; column <= b.length; column++) {
      const substituted = last[column - 1]! + (a[row - 1] === b[column - 1] ? 0 : 1);
      let distance = Math.min(last[column]! + 1, current[column - 1]! + 1, substituted);
      const swapped = row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1];
      if (swapped) distance = Math.min(distance, beforeLast[column - 2]! + 1);
      current.push(distance);
    }
    [beforeLast, last] = [last, current];
  }
  return last[b.length]!;
}
