/** Names longer than this are not compared: the cost grows with the square of the length. */
const LENGTH_MAX = 64;

/**
 * The choice that was probably meant, upper and lower case aside: the one at the least edit distance, where at most a
 * third of the letters are wrong, or one, but never all of them. Undefined where none is near.
 */
export function nearestSpelling(found: string, choices: readonly string[]): string | undefined {
  if (found.length > LENGTH_MAX) return undefined;
  let nearest: string | undefined;
  let least = Math.min(found.length - 1, Math.max(1, Math.floor(found.length / 3))) + 1;
  for (const choice of choices) {
    // Distances are at least the difference in length: this spares a file of garbage its quadratic cost.
    if (Math.abs(choice.length - found.length) >= least) continue;
    const distance = editDistance(found.toLowerCase(), choice.toLowerCase());
    if (distance < least) [nearest, least] = [choice, distance];
  }
  return nearest;
}

/**
 * Insertions, deletions, substitutions and swaps of neighbours that turn one text into the other (optimal string
 * alignment).
 */
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
