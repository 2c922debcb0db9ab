import { once } from 'node:events';
import { connect, createServer, type Server } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import type { ListenAddress } from '../../snapshot/messages.ts';
import type { Log } from '../log.ts';
import { knowsPeers, peerCredentials } from './peer-credentials.ts';

/** Longer than any start has its turn. Whoever keeps the turn longer hangs, or is no Aya. */
const WAIT_MS_MAX = 20_000;
const LOOK_MS = 20;

/**
 * After how many tries it is looked up again who has the turn: each such connection waits as long as a busy start is
 * busy.
 */
const LOOKS_PER_ASKING = 50;

/**
 * Runs `work` while no other Aya of this user does so for one of the same ports. `work` is the part of a start that
 * finds out who has the addresses, up to where they are our own.
 * Without taking turns, two starts at once would not see each other's sockets yet. Both would open theirs and share the
 * queries, as the kernel allows for sockets of one user. Other users are not waited for, since anybody could hold the
 * name. A start that does not wait, or waits in vain, goes on and says so.
 * @param uid the user whose starts take turns.
 */
export async function inStartTurn<T>(
  listen: readonly ListenAddress[],
  log: Log,
  work: () => Promise<T>,
  uid = process.geteuid?.() ?? 0,
): Promise<T> {
  const locks: Server[] = [];
  try {
    // In one order everywhere, so that no two wait for each other.
    for (const port of portsOf(listen)) {
      const lock = await lockOf(port, uid, performance.now() + WAIT_MS_MAX);
      if (typeof lock === 'string') log.warn({ port }, lock);
      else if (lock !== undefined) locks.push(lock);
    }
    return await work();
  } finally {
    for (const lock of locks) lock.close();
  }
}

function portsOf(listen: readonly ListenAddress[]): readonly number[] {
  return [...new Set(listen.map(({ port }) => port))].sort((a, b) => a - b);
}

/**
 * Takes an abstract socket name, which exists in the same network namespace as the ports, and is free again when its
 * process ends. If it can't be taken, returns why. Undefined on other systems than Linux.
 */
async function lockOf(port: number, uid: number, untilMs: number): Promise<Server | string | undefined> {
  if (process.platform !== 'linux') return undefined;
  const name = `\0aya of user ${uid} starts at ${port}`;
  let holder: Holder = 'own';
  for (let looks = 0; ; looks++) {
    const lock = createServer((socket) => socket.destroy()).unref();
    try {
      await once(lock.listen(name), 'listening');
      return lock;
    } catch {
      if (looks % LOOKS_PER_ASKING === 0) {
        const before = holder;
        holder = await holderOf(name, uid);
        // An Aya accepts connections as soon as it has the name. It may have gone since the look, but only once.
        if (holder === 'other' || (holder === 'unknown' && before === 'unknown')) return ANOTHER_USERS;
      }
      if (performance.now() > untilMs) return 'another Aya has been starting for long; not waiting for it';
      await setTimeout(LOOK_MS);
    }
  }
}

const ANOTHER_USERS = 'another user holds the name by which starts take turns; not waiting for it';

type Holder = 'own' | 'other' | 'unknown';

/**
 * Who holds a name, as the kernel says, so nobody can claim to be another. Where the machine does not say, it counts as
 * ours.
 */
async function holderOf(name: string, uid: number): Promise<Holder> {
  if (!knowsPeers()) return 'own';
  const socket = connect(name);
  try {
    await once(socket, 'connect');
    const peer = peerCredentials(socket);
    if (peer === undefined) return 'unknown';
    return peer.uid === uid ? 'own' : 'other';
  } catch {
    return 'unknown';
  } finally {
    socket.destroy();
  }
}
