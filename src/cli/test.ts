import type { Output } from './output.ts';

export const TEST_USAGE = 'usage: aya test FILE';

export async function runTest(_argv: readonly string[], io: Output): Promise<number> {
  io.err(TEST_USAGE);
  return 2;
}
