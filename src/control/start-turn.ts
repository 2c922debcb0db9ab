import { once } from 'node:events';
import { createServer, type Server } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import type { ListenAddress } from '../snapshot/messages.ts';
import type { Log } from './log.ts';

/** Longer than a start has its turn; whoever keeps it for longer hangs, or is no Aya. */
const WAIT_MS_MAX = 20_000;
const LOOK_MS = 20;

/**
 * Does a part of a start while no other Aya of this machine does it for one of the same ports: the one that finds out who
 * has the addresses, up to where they are our own. Of two that start at once the second one finds the first, which else
 * would not have its sockets yet; both would share the queries then. Whoever waits in vain goes on, and says so.
 */
export async function inStartTurn<T>(listen: readonly ListenAddress[], log: Log, work: () => Promise<T>): Promise<T> {
  const locks: Server[] = [];
  try {
    // In one order everywhere, so that no two wait for each other.
    for (const port of portsOf(listen)) {
      const lock = await lockOf(port, performance.now() + WAIT_MS_MAX);
      if (lock === undefined) log.warn({ port }, 'another Aya has been starting for long; not waiting for it');
      else locks.push(lock);
    }
    return await work();
  } finally {
    for (const lock of locks) lock.close();
  }
}

function portsOf(listen: readonly ListenAddress[]): readonly number[] {
  return [...new Set(listen.map(({ port }) => port))].sort((a, b) => a - b);
}

/** A name of the kernel's, seen where the ports are (the network namespace), and free again when its process ends. */
async function lockOf(port: number, untilMs: number): Promise<Server | undefined> {
  if (process.platform !== 'linux') return undefined;
  for (;;) {
    const lock = createServer((socket) => socket.destroy()).unref();
    try {
      await once(lock.listen(`\0aya starts at ${port}`), 'listening');
      return lock;
    } catch {
      if (performance.now() > untilMs) return undefined;
      await setTimeout(LOOK_MS);
    }
  }
}
