import { basename } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import type { ListenAddress } from '../../snapshot/messages.ts';
import type { Loaded, Problem } from '../../util/problem.ts';
import type { Log } from '../log.ts';
import { findTaken } from './ports.ts';
import { type Holder, holdersOf, isRunning } from './socket-holders.ts';

/** How long a process that was told to leave may take: its workers drain for less than 5 s. */
const LEAVE_MS_MAX = 15_000;
/** And one that was killed: the kernel closes its sockets. */
const DIE_MS_MAX = 2_000;
const LOOK_MS = 50;

/**
 * Which servers have the addresses already: none if they are free; else the processes to take them from; or problems,
 * if it was not asked to take them, or may not.
 */
export async function takeoverOf(
  listen: readonly ListenAddress[],
  isAsked: boolean,
): Promise<Loaded<readonly number[]>> {
  const taken = await findTaken(listen);
  if (taken.length === 0) return { ok: true, value: [] };
  return isAsked ? findPredecessors(listen) : { ok: false, problems: taken };
}

/**
 * Tells servers to leave, and kills those that do not: their sockets would take a share of the queries and answer none.
 * Resolves when they have gone. What goes wrong is logged.
 */
export async function replaceServers(pids: readonly number[], log: Log): Promise<void> {
  await Promise.all(pids.map((pid) => replace(pid, log)));
}

async function replace(pid: number, log: Log): Promise<void> {
  const startMs = performance.now();
  try {
    process.kill(pid, 'SIGTERM');
    process.kill(pid, 'SIGCONT'); // one that was stopped hears of it only so, and answers what has come
  } catch (error) {
    // By itself, meanwhile: that is as well.
    if (isRunning(pid)) log.error({ pid, error: String(error) }, 'could not tell the server before to leave');
    return;
  }
  if (!(await hasLeft(pid, LEAVE_MS_MAX)) && !(await kill(pid, log))) return;
  log.info({ pid, ms: Math.round(performance.now() - startMs) }, 'took over');
}

/** Ends a process that hangs; false where even that is in vain. */
async function kill(pid: number, log: Log): Promise<boolean> {
  log.error({ pid }, 'the server before does not leave; killing it');
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // By itself, meanwhile.
  }
  if (await hasLeft(pid, DIE_MS_MAX)) return true;
  log.error({ pid }, 'the server before can not be killed; it may take a share of the queries');
  return false;
}

/** Resolves when a process has ended; false when that takes too long. */
async function hasLeft(pid: number, waitMs: number): Promise<boolean> {
  for (const startMs = performance.now(); isRunning(pid); ) {
    if (performance.now() - startMs > waitMs) return false;
    await setTimeout(LOOK_MS, undefined, { ref: false });
  }
  return true;
}

/**
 * The processes that have these addresses, which are taken. Problems if one is not an Aya that we may tell to leave.
 */
function findPredecessors(listen: readonly ListenAddress[]): Loaded<readonly number[]> {
  const holders = holdersOf(listen);
  if (holders.length === 0) {
    const found = 'an address that is taken by a process that can not be seen from here';
    return { ok: false, problems: [problem(found)] };
  }
  const problems = obstacles(holders, process.geteuid?.() ?? 0);
  return problems.length > 0 ? { ok: false, problems } : { ok: true, value: holders.map(({ pid }) => pid) };
}

/**
 * Which holders of the addresses can't be replaced by a server of this user. Even root can't take over from another
 * user: the kernel shares an address only among sockets of one user.
 */
export function obstacles(holders: readonly Holder[], uid: number): readonly Problem[] {
  return holders.flatMap((holder) => {
    const { pid, command } = holder;
    if (!isAya(holder)) return [problem(`an address taken by process ${pid}, ${command.join(' ')}`)];
    return holder.uid === uid ? [] : [problem(`an address taken by process ${pid}, an Aya of user ${holder.uid}`)];
  });
}

function problem(found: string): Problem {
  return { code: 'cannot-take-over', found, expected: 'an Aya of the same user, on Linux, in the same container' };
}

/** Whether it was started as `aya serve`, however that was spelled. */
function isAya({ command }: Holder): boolean {
  const at = command.indexOf('serve');
  return at > 0 && ['aya', 'main.ts'].includes(basename(command[at - 1]));
}
