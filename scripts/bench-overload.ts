import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { load } from './bench/load.ts';
import { NAME, startAya } from './bench/servers.ts';

/**
 * What a server does under more than it can answer: how much it still answers, whether TCP works meanwhile, what memory
 * does, and how soon it is well again.
 *
 *   npm run bench:overload -- [--seconds 5] [--times 2]
 *
 * The load is open: so many queries a second are sent, answered or not. It is as much as --times what the server answered
 * before, when every query waited for an answer; less where the sender can't keep that up, which is told.
 */
const { values } = parseArgs({
  options: { seconds: { type: 'string', default: '5' }, times: { type: 'string', default: '2' } },
});
const seconds = Number(values.seconds);

function query(name: string): Buffer {
  const labels = name.split('.').map((label) => String.fromCharCode(label.length) + label);
  return Buffer.from(`\0\x01\0\0\0\x01\0\0\0\0\0\0${labels.join('')}\0\0\x01\0\x01`, 'latin1');
}

async function capacity(port: number): Promise<number> {
  const result = await load({ port, names: [NAME], seconds, window: 256, seed: 1 });
  return result.answered / seconds;
}

/** Sends at a rate for a time, a burst a millisecond. Returns how many were sent and how many answers came. */
async function flood(port: number, perSecond: number): Promise<{ sent: number; answered: number }> {
  const socket = createSocket({ type: 'udp4', recvBufferSize: 4 * 1024 * 1024 });
  await new Promise<void>((resolve) => socket.connect(port, '127.0.0.1', resolve));
  const message = query(NAME);
  let sent = 0;
  let answered = 0;
  socket.on('message', () => answered++);
  socket.on('error', () => {});
  const start = performance.now();
  for (let now = start; now < start + seconds * 1000; now = performance.now()) {
    const due = Math.floor(((now - start) / 1000) * perSecond);
    for (const end = Math.min(due, sent + 1000); sent < end; sent++) socket.send(message);
    await setTimeout(0);
  }
  await setTimeout(200); // the last answers
  socket.close();
  return { sent, answered };
}

/** How long one query over TCP takes, on a connection of its own, in milliseconds. */
async function tcpMs(port: number): Promise<number> {
  const start = performance.now();
  const socket = connect(port, '127.0.0.1');
  const message = query(NAME);
  socket.write(Buffer.concat([Buffer.from([0, message.length]), message]));
  await once(socket, 'data');
  socket.destroy();
  return performance.now() - start;
}

function residentMiB(pid: number): number {
  const line = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
  return Math.round(Number(line?.[1]) / 1024);
}

async function tcpMeanwhile(port: number, done: Promise<unknown>): Promise<number[]> {
  const taken: number[] = [];
  let isDone = false;
  void done.then(() => {
    isDone = true;
  });
  while (!isDone) {
    taken.push(await tcpMs(port));
    await setTimeout(50);
  }
  return taken.sort((a, b) => a - b);
}

const server = await startAya();
try {
  const pid = server.process.pid ?? 0;
  const full = await capacity(server.port);
  const before = residentMiB(pid);
  const flooding = flood(server.port, full * Number(values.times));
  const tcp = await tcpMeanwhile(server.port, flooding);
  const { sent, answered } = await flooding;
  const after = residentMiB(pid);
  const recovery = await tcpMs(server.port);
  console.log(`before: ${Math.round(full)} answers/s, each query waiting for an answer; ${before} MiB resident`);
  console.log(
    `flood: ${Math.round(sent / seconds)} queries/s (${(sent / seconds / full).toFixed(2)} x), ` +
      `${Math.round(answered / seconds)} answers/s; ${after} MiB resident`,
  );
  console.log(
    `TCP meanwhile: ${tcp.length} of ${tcp.length} answered, median ${tcp[tcp.length >> 1].toFixed(1)} ms, worst ${tcp.at(-1)?.toFixed(1)} ms`,
  );
  console.log(`after: the first query took ${recovery.toFixed(1)} ms`);
} finally {
  server.process.kill();
}
