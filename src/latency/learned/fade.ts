/** What is left of a measurement's weight: half after each half-life. */
export function fade(ageMs: number, halfLifeMs: number): number {
  return ageMs <= 0 ? 1 : 2 ** (-ageMs / halfLifeMs);
}
