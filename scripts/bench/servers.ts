import { type ChildProcess, spawn } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** A server under measurement, in a process of its own. */
export interface Measured {
  readonly name: string;
  readonly port: number;
  readonly process: ChildProcess;
}

const HERE = fileURLToPath(new URL('.', import.meta.url));
const MAIN = fileURLToPath(new URL('../../src/main.ts', import.meta.url));

/** /proc counts in ticks of a hundredth of a second, on every Linux that Node.js runs on. */
const TICK_US = 10_000;

/** The name that every server here answers. */
export const NAME = 'www.example.com';

export async function startEcho(): Promise<Measured> {
  const port = await freePort();
  return started('node:dgram echo', port, [join(HERE, 'echo.ts'), String(port)]);
}

/** Aya with one worker, the embedded database, and a service that answers the nearest of three regions. */
export async function startAya(): Promise<Measured> {
  const port = await freePort();
  const folder = mkdtempSync(join(tmpdir(), 'aya-bench-'));
  const file = join(folder, 'aya.yaml');
  writeFileSync(file, configuration(port));
  return started('aya', port, [MAIN, 'serve', '--config', file]);
}

/** CPU time of a process and all its threads since it started, by the kernel's accounting, in microseconds. */
export function cpuUs(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ');
  return (Number(fields[11]) + Number(fields[12])) * TICK_US;
}

async function started(name: string, port: number, argv: readonly string[]): Promise<Measured> {
  const child = spawn(process.execPath, argv, { stdio: ['ignore', 'ignore', 'inherit'] });
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

/** A UDP port of 127.0.0.1 that nobody has at present. */
export async function freePort(): Promise<number> {
  const socket = createSocket('udp4');
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  const { port } = socket.address();
  socket.close();
  return port;
}

function configuration(port: number): string {
  return `
server: { listen: 127.0.0.1:${port}, workers: 1 }
geo: { databases: geodb/country.mmdb }
regions:
  us: { location: [38.9, -77] }
  eu: { location: [50.1, 8.7] }
  ap: { location: [35.6, 139.7] }
policies: { closest: [nearest] }
services:
  www: { policy: closest, ttl: 30s, endpoints: { us: { a: 192.0.2.1 }, eu: { a: 192.0.2.2 }, ap: { a: 192.0.2.3 } } }
zones:
  example.com:
    records: |
      @ 3600 SOA ns1 hostmaster 1 7200 1800 259200 60
      @ NS ns1
      ns1 A 127.0.0.1
      www SERVICE www
`;
}
