import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { setTimeout } from 'node:timers/promises';
import { makeQuery } from '../messages.ts';

/** What became of queries. */
export interface Answered {
  readonly asked: number;
  readonly lost: number;
  readonly p99Ms: number;
}

/** So many as a small site has: what is looked for is waiting, not work. */
const EVERY_MS = 2;

/** After which a query counts as lost. */
const PATIENCE_MS = 3000;

/** Asks over UDP until it is told to stop. */
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
  return { asked, lost: lost + sentMs.size, p99Ms: tookMs[Math.floor(0.99 * tookMs.length)] ?? Number.NaN };
}
