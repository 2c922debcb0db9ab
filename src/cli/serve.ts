import { parseArgs } from 'node:util';
import { createLog } from '../control/log.ts';
import { Server } from '../control/server.ts';
import { coalesced } from '../util/coalesced.ts';
import { formatProblem } from '../util/problem.ts';
import { AdminOnDemand } from './admin-on-demand.ts';
import { misuse } from './misuse.ts';
import type { Output } from './output.ts';

export const SERVE_USAGE = `usage: aya serve --config FILE [--takeover]

Serves until SIGTERM or SIGINT. SIGHUP, or a change of a file that it reads, reloads; a configuration that can't be served,
or whose tests fail, or that moves more clients than reload.maxMovedClients, is refused, and what was served goes on.

  --config FILE    the configuration; also without --config
  --takeover       take the addresses over from the Aya that has them: it goes on until this one answers, and leaves then`;

/** `aya serve`: gives the exit status. */
export async function runServe(argv: readonly string[], io: Output): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...argv],
    options: { config: { type: 'string', short: 'c' }, takeover: { type: 'boolean', default: false } },
    allowPositionals: true,
  });
  const [file = values.config, ...more] = positionals;
  if (file === undefined || more.length > 0 || (values.config !== undefined && positionals.length > 0)) {
    return misuse(io, 'takes one configuration: aya serve --config FILE', 'serve');
  }
  return serve(file, io, values.takeover);
}

/**
 * Serves until SIGTERM or SIGINT. SIGHUP reloads. Resolves with the exit code.
 * @param isTakeover from the server that has the addresses.
 */
export async function serve(file: string, { err }: Output, isTakeover = false): Promise<number> {
  const log = createLog(process.env.AYA_LOG_LEVEL ?? 'info');
  const server = new Server(file, log);
  const admin = new AdminOnDemand(server, log);
  server.onConfig = (config) => admin.configure(config.admin);
  // Before the start, so that a signal during it does not kill the process half-way.
  const stopped = new Promise<void>((resolve) => {
    process.on('SIGTERM', () => resolve()); // as often as it comes: the second one must not cut short what the first began
    process.once('SIGINT', () => resolve());
    onOrphaned(resolve);
  });
  process.on(
    'SIGHUP',
    coalesced(() => server.reload('SIGHUP')),
  );
  const ended = stopped.then(() => server.stop());
  const problems = await server.start(isTakeover);
  if (problems.length > 0) {
    for (const problem of problems) err(formatProblem(problem));
    err(`aya: not started: ${problems.length} ${problems.length === 1 ? 'problem' : 'problems'}`);
    await admin.stop();
    return 1;
  }
  await stopped;
  await Promise.all([ended, admin.stop()]);
  return 0;
}

/**
 * Under npm and npx a shell stands between us and whoever started us, and a signal may end that shell alone: nobody
 * would be left to stop us. So then, whose parent ends, ends too.
 */
function onOrphaned(stop: () => void): void {
  if (process.env.npm_command === undefined) return;
  const parent = process.ppid;
  const look = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(look);
    stop();
  }, 500);
  look.unref();
}
