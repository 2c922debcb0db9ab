/** Throws when one of our own assumptions does not hold. For our mistakes only: an operator's mistake is a Problem, hostile bytes are a value. */
export function assert(condition: unknown, message: string): asserts condition {
  if (!condition) throw new Error(`assertion failed: ${message}`);
}
