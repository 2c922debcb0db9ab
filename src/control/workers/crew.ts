import type { ResourceLimits } from 'node:worker_threads';
import type { ListenAddress, TransportName, UdpTransport } from '../../snapshot/messages.ts';

/** Kinds of workers by what they are for. */
export type Role = 'udp' | 'loop';

/**
 * UDP workers for each worker for connections. DNS over TCP and TLS is a few percent of all queries, each of which
 * costs several times as much. One more thread for every UDP worker would cost 25 MB each, and the processor's
 * attention.
 */
const UDP_PER_LOOP = 4;

/** As many workers as can be asked for: rows in what they share. Those that are not used take no memory. */
export const LOOPS_MAX = 256;
export const ROWS = 2 * LOOPS_MAX;

/**
 * By role. A loop allocates what Node.js does for each message, which dies at once: a small nursery stays in the
 * processor's cache, and costs a third of the memory of the default. 10,000 connections over TLS, if all come to one
 * worker, take some 75 MB of the rest. A worker for UDP allocates nothing but views of new blocks.
 */
export const LIMITS: Readonly<Record<Role, ResourceLimits>> = {
  loop: { maxYoungGenerationSizeMb: 4, maxOldGenerationSizeMb: 128 },
  udp: { maxYoungGenerationSizeMb: 1, maxOldGenerationSizeMb: 64 },
};

/** By its URL, not by import: the planes share no code but the blocks. */
export const FILES: Readonly<Record<Role, URL>> = {
  loop: new URL('../../dataplane/worker.ts', import.meta.url),
  udp: new URL('../../dataplane/udp-worker.ts', import.meta.url),
};

/** How many workers of each role answer, where `size` are asked for. */
export function crewOf(udp: UdpTransport, size: number): Readonly<Record<Role, number>> {
  return udp === 'dgram' ? { udp: 0, loop: size } : { udp: size, loop: Math.ceil(size / UDP_PER_LOOP) };
}

/** The listen addresses as far as they are for workers of a role. */
export function listenOf(role: Role, udp: UdpTransport, listen: readonly ListenAddress[]): readonly ListenAddress[] {
  const isOurs = (name: TransportName): boolean => udp === 'dgram' || (name === 'UDP') === (role === 'udp');
  return listen
    .map((address) => ({ ...address, over: address.over.filter(isOurs) }))
    .filter(({ over }) => over.length > 0);
}

/** The row of a worker in what all share: those with connections first. */
export function rowOf(role: Role, index: number): number {
  return role === 'loop' ? index : LOOPS_MAX + index;
}

/** What is tried first. mmsg is laid out for these machines. */
export function preferredUdp(): UdpTransport {
  return process.platform === 'linux' && ['x64', 'arm64'].includes(process.arch) ? 'mmsg' : 'dgram';
}
