import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { NAME, startAya } from './servers.ts';

/** What is probed beside the answers. */
export interface Probed {
  readonly endpoints: number;
  readonly interval: string;
  /** Where all of them are, by the port. */
  readonly port: number;
}

export interface AnswerTimes {
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly worstMs: number;
  readonly asked: number;
  readonly lost: number;
}

const ENDPOINTS_A_SERVICE = 10;

// So many as a small site has, and far from what the server could answer: what is measured is waiting, not work.
const everyMs = 2;

const patienceMs = 2_000;

/** Asks a server of its own for some seconds, while it probes so many endpoints each interval. */
export async function timeAnswers(probed: Probed, seconds: number): Promise<AnswerTimes> {
  const aya = await startAya({ configure: (port) => configure(port, probed) });
  try {
    // First probes come as fast as they can; from the second round on the load is even.
    await setTimeout(probed.endpoints === 0 ? 2_000 : 25_000);
    return await ask(aya.port, seconds);
  } finally {
    aya.process.kill();
    await once(aya.process, 'close');
  }
}

async function ask(port: number, seconds: number): Promise<AnswerTimes> {
  const socket = createSocket('udp4');
  socket.connect(port, '127.0.0.1');
  await once(socket, 'connect');
  const sentMs = new Map<number, number>();
  const tookMs: number[] = [];
  socket.on('message', (answer) => {
    const id = answer.readUInt16BE(0);
    const startMs = sentMs.get(id);
    if (startMs !== undefined && sentMs.delete(id)) tookMs.push(performance.now() - startMs);
  });
  const count = (seconds * 1_000) / everyMs;
  for (let id = 0; id < count; id++) {
    sentMs.set(id & 0xffff, performance.now());
    socket.send(query(id & 0xffff));
    await setTimeout(everyMs);
  }
  await setTimeout(patienceMs);
  socket.close();
  const sorted = tookMs.sort((a, b) => a - b);
  const at = (part: number): number =>
    sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))] ?? Number.NaN;
  return { p50Ms: at(0.5), p99Ms: at(0.99), worstMs: at(1), asked: count, lost: sentMs.size };
}

function query(id: number): Buffer {
  const labels = NAME.split('.').map((label) => `${String.fromCharCode(label.length)}${label}`);
  const message = Buffer.from(`\0\0\0\0\0\x01\0\0\0\0\0\0${labels.join('')}\0\0\x01\0\x01`, 'latin1');
  message.writeUInt16BE(id, 0);
  return message;
}

/** The endpoints have addresses of their own, any of 127.0.0.0/8; one more, that nobody probes, is what is asked for. */
function configure(port: number, { endpoints, interval, port: probedPort }: Probed): string {
  const file = join(mkdtempSync(join(tmpdir(), 'aya-probes-')), 'aya.yaml');
  const services = Array.from({ length: Math.ceil(endpoints / ENDPOINTS_A_SERVICE) }, (_, service) => {
    const own = Array.from({ length: ENDPOINTS_A_SERVICE }, (_, index) => {
      const number = service * ENDPOINTS_A_SERVICE + index;
      return `e${index}: { region: here, a: 127.${1 + (number >> 16)}.${(number >> 8) & 0xff}.${number & 0xff} }`;
    });
    return `  s${service}: { policy: split, probe: web, endpoints: { ${own.join(', ')} } }`;
  });
  const names = services.map((_, service) => `s${service} SERVICE s${service}\\n`);
  writeFileSync(
    file,
    `server: { listen: 127.0.0.1:${port}, workers: 1 }
regions: { here: {} }
probes: { web: { http: { port: ${probedPort}, path: /healthz }, interval: ${interval} } }
policies: { split: [weighted] }
services:
  www: { policy: split, endpoints: { here: { a: 192.0.2.1 } } }
${services.join('\n')}
zones: { example.com: { records: "@ 60 SOA ns h 1 2 3 4 5\\n@ NS ns\\nns A 127.0.0.1\\nwww SERVICE www\\n${names.join('')}" } }
`,
  );
  return file;
}
