/** Where an error was thrown, for the log; of anything else that may be thrown, its text. */
export function stackOf(thrown: unknown): string {
  return (thrown instanceof Error && thrown.stack) || String(thrown);
}
