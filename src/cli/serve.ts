import { parseArgs } from 'node:util';
import { createLog, type Log, lossLine } from '../control/log.ts';
import { openLogOutput } from '../control/log-output.ts';
import { Server } from '../control/server.ts';
import { coalesced } from '../util/coalesced.ts';
import { formatProblem } from '../util/problem.ts';
import { AdminOnDemand } from './admin-on-demand.ts';
import { misuse } from './misuse.ts';
import type { Output } from './output.ts';

export const SERVE_USAGE = `usage: aya serve --config FILE [--takeover]

Serves until SIGTERM or SIGINT. It reloads on SIGHUP, and when a file that it reads has changed.
It refuses to reload a configuration that has mistakes, or whose tests fail, or that moves more clients
than reload.maxMovedClients. It then goes on serving what it served before.

  --config FILE    the configuration; you may leave out the word --config
  --takeover       take the addresses from the Aya that has them now: that one serves until this one
                   answers, and then stops`;

/** The last lines have so long to be read, when all else has ended. */
const LAST_LINES_MS = 1_000;

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
export async function serve(file: string, io: Output, isTakeover = false): Promise<number> {
  const output = openLogOutput(1, lossLine);
  const status = await serveLogging(createLog(process.env.AYA_LOG_LEVEL ?? 'info', output), file, io, isTakeover);
  await output.end(LAST_LINES_MS);
  return status;
}

async function serveLogging(log: Log, file: string, { err }: Output, isTakeover: boolean): Promise<number> {
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
  ignoreOthers(log);
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
 * SIGUSR1 would open Node.js's debugger to every user of the machine, and SIGUSR2 end the process: other servers take
 * these as orders to open their logs again, or the like, and whoever sends one means no harm.
 */
function ignoreOthers(log: Log): void {
  for (const signal of ['SIGUSR1', 'SIGUSR2']) {
    process.on(signal, () => log.warn({ signal }, 'signal ignored; SIGHUP reloads, and opens the query log again'));
  }
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
