/** More slips than this and it is another word. */
const DISTANCE_MAX = 2;

/**
 * The word among `words` that `text` most likely was to be, upper and lower case aside; undefined where none is near.
 */
export function nearestWord(text: string, words: readonly string[]): string | undefined {
  const upperCase = text.toUpperCase();
  // A word of two letters is within two slips of half of all types.
  let best = { word: undefined as string | undefined, distance: Math.min(DISTANCE_MAX, text.length - 1) + 1 };
  for (const word of words) {
    // Distances are at least the difference in length: this spares a file of garbage its quadratic cost.
    if (Math.abs(word.length - text.length) >= best.distance) continue;
    const distance = editDistance(upperCase, word.toUpperCase());
    if (distance < best.distance) best = { word, distance };
  }
  return best.word;
}

/** How many characters to insert, delete or replace (Levenshtein), a row of the table at a time. */
function editDistance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, i) => i);
  for (let i = 1; i <= from.length; i++) {
    const next = [i];
    for (let j = 1; j <= to.length; j++) {
      const replaced = (row[j - 1] ?? 0) + (from[i - 1] === to[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[to.length] ?? 0;
}
