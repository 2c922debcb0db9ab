import type { Output } from './output.ts';

export const DIFF_USAGE = 'usage: aya diff OLD NEW';

export async function runDiff(_argv: readonly string[], io: Output): Promise<number> {
  io.err(DIFF_USAGE);
  return 2;
}
