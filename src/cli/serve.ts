import { createLog } from '../control/log.ts';
import { Server } from '../control/server.ts';
import { formatProblem } from '../util/problem.ts';
import type { Output } from './output.ts';

/** Serves until SIGTERM or SIGINT. SIGHUP reloads. Resolves with the exit code. */
export async function serve(file: string, { err }: Output): Promise<number> {
  const log = createLog(process.env.AYA_LOG_LEVEL ?? 'info');
  const server = new Server(file, log);
  // Before the start, so that a signal during it does not kill the process half-way.
  const stopped = new Promise<void>((resolve) => {
    process.once('SIGTERM', () => resolve());
    process.once('SIGINT', () => resolve());
    onOrphaned(resolve);
  });
  process.on('SIGHUP', () => void server.reload('SIGHUP'));
  const problems = await server.start();
  if (problems.length > 0) {
    for (const problem of problems) err(formatProblem(problem));
    err(`aya: not started: ${problems.length} ${problems.length === 1 ? 'problem' : 'problems'}`);
    return 1;
  }
  await stopped;
  await server.stop();
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
