import { type ChildProcess, spawn } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Peer } from './peers.ts';
import { cpuUsOf } from './processes.ts';
import { writeConfiguration } from './world.ts';

/** A server under measurement, in a process of its own. */
export interface Measured {
  readonly name: string;
  readonly port: number;
  readonly process: ChildProcess;
}

const HERE = fileURLToPath(new URL('.', import.meta.url));
const MAIN = fileURLToPath(new URL('../../src/main.ts', import.meta.url));

/** The name that every server here answers. */
export const NAME = 'www.example.com';

/** Keeps a server on the first processor, away from the load generator. */
const PINNED = ['taskset', '-c', '0'];

export const ECHOES = { mmsg: 'echo.ts', 'node:dgram': 'echo-dgram.ts' } as const;

/** What sends datagrams back, by the same means as a server: what that costs is the least that a server can. */
export async function startEcho(over: keyof typeof ECHOES): Promise<Measured> {
  const port = await freePort();
  return started(`echo ${over}`, port, [...PINNED, process.execPath, join(HERE, ECHOES[over]), String(port)]);
}

export interface AyaOptions {
  readonly isPinned?: boolean;
  /** The path of an .mmdb file; without it, the embedded one. */
  readonly database?: string | undefined;
  readonly name?: string;
  /** Writes another configuration than that of the benchmarks, and returns its path; NAME must have an answer. */
  readonly configure?: (port: number) => string;
}

/** Aya with one worker, a database, and a service that answers the nearest of three regions. */
export async function startAya(options: AyaOptions = {}): Promise<Measured> {
  const {
    isPinned = false,
    name = 'aya',
    database,
    configure = (port) => writeConfiguration(port, database),
  } = options;
  const port = await freePort();
  const command = [process.execPath, MAIN, 'serve', '--config', configure(port)];
  return started(name, port, [...(isPinned ? PINNED : []), ...command]);
}

export async function startPeer(peer: Peer, database: string): Promise<Measured> {
  const port = await freePort();
  // Their logs begin with pages of good news.
  return started(peer.name, port, [...PINNED, ...peer.configure(port, database)], 'ignore');
}

/** CPU time of a process and all its threads since it started, by the kernel's accounting, in microseconds. */
export const cpuUs = (pid: number): number => cpuUsOf(`/proc/${pid}/stat`);

/** A server whose verdicts change as often as it is told to (publishing.ts), on the first processor. */
export async function startPublishing(configure: (port: number) => string): Promise<Measured> {
  const port = await freePort();
  const command = [...PINNED, process.execPath, join(HERE, 'publishing.ts'), configure(port)];
  return started('publishing', port, command, 'inherit', ['ipc']);
}

async function started(
  name: string,
  port: number,
  [program, ...argv]: readonly string[],
  stderr: 'inherit' | 'ignore' = 'inherit',
  more: readonly 'ipc'[] = [],
): Promise<Measured> {
  const child = spawn(program, argv, { stdio: ['ignore', 'ignore', stderr, ...more] });
  const ended = once(child, 'exit').then(([code]) => {
    throw new Error(`${name} ended with ${code} before it answered`);
  });
  await Promise.race([answers(port), ended]);
  ended.catch(() => {}); // it ends when we are done with it
  return { name, port, process: child };
}

/** Resolves when something comes back from a port. */
async function answers(port: number): Promise<void> {
  const socket = createSocket('udp4');
  socket.on('error', () => {});
  const heard = once(socket, 'message');
  const query = Buffer.from('000000000001000000000000037777770765786d61706c6503636f6d0000010001', 'hex');
  const knock = setInterval(() => socket.send(query, port, '127.0.0.1'), 50);
  await heard;
  clearInterval(knock);
  socket.close();
}

/**
 * A port of 127.0.0.1 that nobody has at present, for UDP and for TCP. Below those that the system gives to whoever
 * asks for any: a large world takes its time to load, and none of these has it by then.
 */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = 10_240 + Math.floor(Math.random() * 22_000);
    const udp = createSocket('udp4').bind(port, '127.0.0.1');
    const tcp = createServer().listen(port, '127.0.0.1');
    const listening = await Promise.allSettled([once(udp, 'listening'), once(tcp, 'listening')]);
    udp.close();
    tcp.close();
    if (listening.every(({ status }) => status === 'fulfilled')) return port;
  }
}
