import { parseArgs } from 'node:util';
import { failuresIn } from '../inspect/run-tests.ts';
import { count } from './check.ts';
import type { Output } from './output.ts';
import { problemText } from './problems.ts';
import { loadSubject } from './subject.ts';

export const TEST_USAGE = `usage: aya test FILE

Runs the tests of a configuration (its section tests), and prints each one that fails, with its line.
docs/explain.md shows how to write tests.

Exit codes: 0 all pass; 1 some fail, or the configuration can't be served; 2 the command line is wrong.`;

/** `aya test`: gives the exit status. */
export async function runTest(argv: readonly string[], io: Output): Promise<number> {
  const { positionals } = parseArgs({ args: [...argv], options: {}, allowPositionals: true });
  const [file, ...surplus] = positionals;
  if (file === undefined || surplus.length > 0) {
    io.err(TEST_USAGE);
    return 2;
  }
  const loaded = await loadSubject(file);
  if (!loaded.ok) {
    for (const problem of loaded.problems) io.err(problemText(problem));
    return 1;
  }
  const { tests } = loaded.config;
  const failures = failuresIn(loaded.subject, tests, Date.now());
  for (const failure of failures) io.out(problemText(failure));
  const failed = new Set(failures.map(({ line, column }) => `${line}:${column}`)).size;
  io.out(`${file}: ${count(tests.length, 'test')}, ${failed === 0 ? 'all pass' : `${failed} failed`}`);
  return failed === 0 ? 0 : 1;
}
