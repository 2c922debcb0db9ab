import { relative, sep } from 'node:path';
import type { Config } from '../config/config.ts';
import { loadConfig } from '../config/load.ts';
import { loadDatabase } from '../geo/load.ts';
import { formatProblem, type Problem } from '../util/problem.ts';
import type { Output } from './output.ts';

const USAGE = 'usage: aya check FILE';

/**
 * `aya check FILE`: reads a configuration and all it names, and prints every mistake in it, one a line. Gives the exit
 * status: 0 where it can be served (warnings aside), 1 where not, 2 for a wrong command line.
 */
export async function runCheck(argv: readonly string[], io: Output): Promise<number> {
  const [file, ...surplus] = argv;
  if (file === undefined || file.startsWith('-') || surplus.length > 0) {
    io.err(USAGE);
    return 2;
  }
  const loaded = await loadConfig(file);
  const problems = loaded.ok ? await checkDatabases(loaded.config) : loaded.problems;
  for (const warning of loaded.ok ? loaded.warnings : [])
    io.out(formatProblem({ ...displayed(warning), code: `warning: ${warning.code}` }));
  for (const problem of problems) io.out(formatProblem(displayed(problem)));
  if (loaded.ok && problems.length === 0) {
    io.out(`${file}: ok: ${summary(loaded.config)}`);
    return 0;
  }
  io.out(`${file}: ${count(problems.length, 'problem')}`);
  return 1;
}

/** One after the other: each may be large. */
async function checkDatabases({ geo }: Config): Promise<readonly Problem[]> {
  const problems: Problem[] = [];
  for (const path of geo.databases) {
    const loaded = await loadDatabase(path);
    if (!loaded.ok) problems.push(...loaded.problems);
  }
  return problems;
}

/** `3 regions, 1 service (6 addresses), 1 zone (12 names)` */
function summary({ regions, services, zones }: Config): string {
  const endpoints = [...services.values()].flatMap((service) => service.endpoints);
  const addresses = endpoints.reduce((sum, { a, aaaa }) => sum + a.length + aaaa.length, 0);
  const names = zones.reduce((sum, { nodes }) => sum + nodes.size, 0);
  return [
    count(regions.size, 'region'),
    `${count(services.size, 'service')} (${count(addresses, 'address', 'addresses')})`,
    `${count(zones.length, 'zone')} (${count(names, 'name')})`,
  ].join(', ');
}

function count(number: number, one: string, many = `${one}s`): string {
  return `${number} ${number === 1 ? one : many}`;
}

/** Files as the operator would name them from here: relative where they are below the current directory. */
function displayed(problem: Problem): Problem {
  if (problem.file === undefined) return problem;
  const path = relative('.', problem.file);
  const isBelow = path !== '..' && !path.startsWith(`..${sep}`);
  return isBelow ? { ...problem, file: path } : problem;
}
