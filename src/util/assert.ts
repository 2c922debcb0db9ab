/**
 * Throws when one of our own assumptions does not hold. Only for our own mistakes: an operator's mistake is a Problem,
 * and hostile bytes are a value.
 */
export function assert(condition: unknown, message: string): asserts condition {
  if (!condition) throw new Error(`assertion failed: ${message}`);
}
