import type { Config } from '../config/config.ts';
import { failuresIn } from '../inspect/run-tests.ts';
import type { Output } from './output.ts';
import { problemText, warningText } from './problems.ts';
import { loadSubject } from './subject.ts';

export const CHECK_USAGE = `usage: aya check FILE

Prints every mistake in a configuration and in the files that it names, one on each line:
  FILE:LINE:COLUMN: CODE: found ..., expected ...
docs/config-errors.md explains each code. It also runs the tests of the configuration, and prints warnings.

Exit codes: 0 the configuration can be served; 1 it can't; 2 the command line is wrong.`;

/**
 * `aya check FILE`: reads a configuration and all it names, runs its tests, and prints every mistake in it, one a line.
 * Gives the exit status: 0 where it can be served (warnings aside), 1 where not, 2 for a wrong command line.
 */
export async function runCheck(argv: readonly string[], io: Output): Promise<number> {
  const [file, ...surplus] = argv;
  if (file === undefined || file.startsWith('-') || surplus.length > 0) {
    io.err(CHECK_USAGE);
    return 2;
  }
  const loaded = await loadSubject(file);
  const problems = loaded.ok ? failuresIn(loaded.subject, loaded.config.tests, Date.now()) : loaded.problems;
  for (const warning of loaded.warnings) io.out(warningText(warning));
  for (const problem of problems) io.out(problemText(problem));
  if (loaded.ok && problems.length === 0) {
    io.out(`${file}: ok: ${summary(loaded.config)}`);
    return 0;
  }
  io.out(`${file}: ${count(problems.length, 'problem')}`);
  return 1;
}

/** `3 regions, 1 service (6 addresses), 1 zone (12 names), 4 tests` */
function summary({ regions, services, zones, tests }: Config): string {
  const endpoints = [...services.values()].flatMap((service) => service.endpoints);
  const addresses = endpoints.reduce((sum, { a, aaaa }) => sum + a.length + aaaa.length, 0);
  const names = zones.reduce((sum, { nodes }) => sum + [...nodes].length, 0);
  return [
    count(regions.size, 'region'),
    `${count(services.size, 'service')} (${count(addresses, 'address', 'addresses')})`,
    `${count(zones.length, 'zone')} (${count(names, 'name')})`,
    ...(tests.length > 0 ? [count(tests.length, 'test')] : []),
  ].join(', ');
}

export function count(number: number, one: string, many = `${one}s`): string {
  return `${number} ${number === 1 ? one : many}`;
}
