import { basename } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import type { ListenAddress } from '../snapshot/messages.ts';
import type { Loaded, Problem } from '../util/problem.ts';
import type { Log } from './log.ts';
import { findTaken } from './ports.ts';
import { type Holder, holdersOf, isRunning } from './socket-holders.ts';

/** How long a process that was told to leave may take: its workers drain for less than 5 s. */
const LEAVE_MS_MAX = 15_000;
const LOOK_MS = 50;

/**
 * What a start finds of servers that have its addresses: none, where they are free; the processes whose place is to be
 * taken; or problems, where it is not asked to take any, or may not.
 */
export async function takeoverOf(
  listen: readonly ListenAddress[],
  isAsked: boolean,
): Promise<Loaded<readonly number[]>> {
  const taken = await findTaken(listen);
  if (taken.length === 0) return { ok: true, value: [] };
  return isAsked ? findPredecessors(listen) : { ok: false, problems: taken };
}

/** Tells servers to leave; resolves when they have, or when that takes too long, which is logged. */
export async function replaceServers(pids: readonly number[], log: Log): Promise<void> {
  await Promise.all(pids.map((pid) => replace(pid, log)));
}

async function replace(pid: number, log: Log): Promise<void> {
  const startMs = performance.now();
  try {
    process.kill(pid, 'SIGTERM');
  } catch (error) {
    // By itself, meanwhile: that is as well.
    if (isRunning(pid)) log.error({ pid, error: String(error) }, 'could not tell the server before to leave');
    return;
  }
  while (isRunning(pid)) {
    if (performance.now() - startMs > LEAVE_MS_MAX) {
      log.error({ pid }, 'the server before does not leave; it may answer a share of the queries');
      return;
    }
    await setTimeout(LOOK_MS, undefined, { ref: false });
  }
  log.info({ pid, ms: Math.round(performance.now() - startMs) }, 'took over');
}

/** Who has these addresses, which are taken. Problems, where that is not an Aya that we may tell to leave. */
function findPredecessors(listen: readonly ListenAddress[]): Loaded<readonly number[]> {
  const holders = holdersOf(listen);
  if (holders.length === 0) {
    const found = 'an address that is taken by a process that can not be seen from here';
    return { ok: false, problems: [problem(found)] };
  }
  const strangers = holders.filter((holder) => !isAya(holder));
  if (strangers.length === 0) return { ok: true, value: holders.map(({ pid }) => pid) };
  return {
    ok: false,
    problems: strangers.map(({ pid, command }) => problem(`an address taken by process ${pid}, ${command.join(' ')}`)),
  };
}

function problem(found: string): Problem {
  return {
    code: 'cannot-take-over',
    found,
    expected: 'an Aya of the same user (or to be root), on Linux, in the same container',
  };
}

/** Whether it was started as `aya serve`, however that was spelled. */
function isAya({ command }: Holder): boolean {
  const at = command.indexOf('serve');
  return at > 0 && ['aya', 'main.ts'].includes(basename(command[at - 1]));
}
