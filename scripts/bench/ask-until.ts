import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { setTimeout } from 'node:timers/promises';
import { makeQuery } from './messages.ts';

/** What became of queries, and how long answers took. */
export interface Answered {
  readonly asked: number;
  readonly lost: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly worstMs: number;
}

/** A query each 2 ms is what a small site has, and far from what a server can answer: waiting is measured, not work. */
const EVERY_MS = 2;

/** After which a query counts as lost. */
const PATIENCE_MS = 3000;

/** Asks a server of this machine for a name, over UDP, until it is told to stop. */
export async function askUntil(stop: AbortSignal, port: number, name: string): Promise<Answered> {
  const socket = createSocket('udp4');
  socket.connect(port, '127.0.0.1');
  await once(socket, 'connect');
  const sentMs = new Map<number, number>();
  const tookMs: number[] = [];
  socket.on('message', (answer) => {
    const startMs = sentMs.get(answer.readUInt16BE(0));
    if (startMs !== undefined && sentMs.delete(answer.readUInt16BE(0))) tookMs.push(performance.now() - startMs);
  });
  const query = Buffer.from(makeQuery(name));
  let [asked, lost] = [0, 0];
  for (; !stop.aborted; asked++) {
    const id = asked & 0xffff;
    if (sentMs.has(id)) lost++; // of two minutes ago
    sentMs.set(id, performance.now());
    query.writeUInt16BE(id, 0);
    socket.send(Buffer.from(query));
    await setTimeout(EVERY_MS);
  }
  await setTimeout(PATIENCE_MS);
  socket.close();
  tookMs.sort((a, b) => a - b);
  const at = (part: number): number =>
    tookMs[Math.min(tookMs.length - 1, Math.floor(part * tookMs.length))] ?? Number.NaN;
  return { asked, lost: lost + sentMs.size, p50Ms: at(0.5), p99Ms: at(0.99), worstMs: at(1) };
}
