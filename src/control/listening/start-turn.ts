import { once } from 'node:events';
import { connect, createServer, type Server } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import type { ListenAddress } from '../../snapshot/messages.ts';
import type { Log } from '../log.ts';
import { knowsPeers, peerCredentials } from './peer-credentials.ts';

/** Longer than a start has its turn; whoever keeps it for longer hangs, or is no Aya. */
const WAIT_MS_MAX = 20_000;
const LOOK_MS = 20;

/** How often it is looked who has the turn: a connection to a start that is busy waits with it. */
const LOOKS_PER_ASKING = 50;

/**
 * Does a part of a start while no other Aya of this user does it for one of the same ports: the one that finds out who
 * has the addresses, up to where they are our own. Of two that start at once the second one finds the first, which else
 * would not have its sockets yet; both would share the queries then, as the kernel lets sockets of one user do. So other
 * users are not waited for: anybody could hold the name. Whoever does not wait, or waits in vain, goes on, and says so.
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
 * A name of the kernel's, seen where the ports are (the network namespace), and free again when its process ends; or why
 * it can not be had. Undefined elsewhere than on Linux.
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
        // An Aya takes connections from the moment that it has the name; it may have gone since the look, but once.
        if (holder === 'other' || (holder === 'unknown' && before === 'unknown')) return ANOTHER_USERS;
      }
      if (performance.now() > untilMs) return 'another Aya has been starting for long; not waiting for it';
      await setTimeout(LOOK_MS);
    }
  }
}

const ANOTHER_USERS = 'another user holds the name by which starts take turns; not waiting for it';

type Holder = 'own' | 'other' | 'unknown';

/** Whose a name is: nobody can claim to be another there. Where the machine does not say it, our own. */
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
