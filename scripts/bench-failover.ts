import { spawn } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface, type Interface } from 'node:readline';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { freePort } from './bench/servers.ts';

/**
 * How long a death takes to be in the answers, and a recovery: a real HTTP server is closed at a random moment, and the
 * server is asked without pause until it no longer names it; then it comes back, at a random moment again, and the same
 * until it is named.
 *
 *   npm run bench:failover -- [--deaths 20] [--rise 2]
 *
 * 'verdict to answer' is from the line in the log that tells of the verdict to the first answer that follows it, as the
 * asking side sees it: a question every millisecond.
 */
const { values } = parseArgs({
  options: { deaths: { type: 'string', default: '20' }, rise: { type: 'string', default: '2' } },
});

const INTERVAL_MS = 500;
const TIMEOUT_MS = 200;
const FALL = 2;
const RISE = Number(values.rise);

/** For so many probes in a row that decide. */
const boundMs = (probes: number): number => INTERVAL_MS * probes + TIMEOUT_MS + 100;

const MAIN = fileURLToPath(new URL('../src/main.ts', import.meta.url));
const QUERY = Buffer.from('\0\x01\0\0\0\x01\0\0\0\0\0\0\x03www\x07example\x03com\0\0\x01\0\x01', 'latin1');

async function listen(server: Server, port: number): Promise<number> {
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

function endpoint(): Server {
  return createServer((_request, response) => response.end('ok'));
}

function configuration(port: number, primary: number, secondary: number): string {
  return `
server: { listen: 127.0.0.1:${port}, workers: 2 }
regions: { primary: {}, secondary: {} }
probes: { web: { http: { path: / }, interval: ${INTERVAL_MS}ms, timeout: ${TIMEOUT_MS}ms, fall: ${FALL}, rise: ${RISE} } }
policies: { first: [{ ordered: [primary, secondary] }] }
services:
  www:
    policy: first
    probe: web
    endpoints:
      primary: { a: 192.0.2.1, check: "127.0.0.1:${primary}" }
      secondary: { a: 192.0.2.2, check: "127.0.0.1:${secondary}" }
zones: { example.com: { records: "@ 60 SOA ns h 1 2 3 4 5\\n@ NS ns\\nns A 127.0.0.1\\nwww SERVICE www\\n" } }
`;
}

/** The last octet of the address that is answered. A socket of its own each time, so that every worker gets its share. */
async function ask(port: number): Promise<number> {
  const socket = createSocket('udp4');
  const answered = once(socket, 'message') as Promise<[Buffer]>;
  const again = setInterval(() => socket.send(QUERY, port, '127.0.0.1'), 1000); // a datagram can be lost
  socket.send(QUERY, port, '127.0.0.1');
  const [answer] = await answered;
  clearInterval(again);
  socket.close();
  return answer[answer.length - 1];
}

/** Asks until the answer names an address; returns when that was. */
async function untilNamed(port: number, lastOctet: number): Promise<number> {
  while ((await ask(port)) !== lastOctet) await setTimeout(1);
  return Date.now();
}

/** When the next line of the log with a message was written; of a verdict, the primary's. */
function logged(lines: Interface, message: string): Promise<number> {
  return new Promise((resolve) => {
    const look = (line: string): void => {
      const entry = JSON.parse(line) as { msg: string; time: string; region?: string };
      if (entry.msg !== message || (entry.region !== undefined && entry.region !== 'primary')) return;
      lines.off('line', look);
      resolve(Date.parse(entry.time));
    };
    lines.on('line', look);
  });
}

let primary = endpoint();
const primaryPort = await listen(primary, 0);
const secondary = endpoint();
const port = await freePort();
const file = join(mkdtempSync(join(tmpdir(), 'aya-failover-')), 'aya.yaml');
writeFileSync(file, configuration(port, primaryPort, await listen(secondary, 0)));
const server = spawn(process.execPath, [MAIN, 'serve', '--config', file], { stdio: ['ignore', 'pipe', 'inherit'] });
const lines = createInterface({ input: server.stdout });
await logged(lines, 'serving');
const detection: number[] = [];
const recovery: number[] = [];
const publication: number[] = [];
await untilNamed(port, 1);
for (let death = 0; death < Number(values.deaths); death++) {
  await setTimeout(Math.random() * INTERVAL_MS);
  const verdict = logged(lines, 'endpoint down');
  primary.closeAllConnections();
  primary.close();
  const diedAt = Date.now();
  const movedAt = await untilNamed(port, 2);
  detection.push(movedAt - diedAt);
  publication.push(movedAt - (await verdict));
  await setTimeout(Math.random() * INTERVAL_MS);
  primary = endpoint();
  await listen(primary, primaryPort);
  const backAt = Date.now();
  recovery.push((await untilNamed(port, 1)) - backAt);
}
server.kill();
primary.close();
secondary.close();
const summary = (of: number[]): string => {
  const sorted = [...of].sort((a, b) => a - b);
  return `median ${sorted[sorted.length >> 1]} ms, worst ${sorted.at(-1)} ms of ${sorted.length}`;
};
const bounded = (of: number[], by: string, bound: number): string =>
  `${summary(of)} (interval x ${by} + timeout + 100 ms: ${bound} ms; beyond it: ${of.filter((ms) => ms > bound).length})`;
console.log(`death to answer:    ${bounded(detection, 'fall', boundMs(FALL))}`);
console.log(`recovery to answer: ${bounded(recovery, 'rise', boundMs(RISE))}`);
console.log(`verdict to answer:  ${summary(publication)}`);
