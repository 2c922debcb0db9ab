import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { setTimeout } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { networkOf } from '../control/latency/lines.ts';
import { type SocketTime, socketReader, timesByNetwork } from '../latency/reports/socket-times.ts';
import { parseAddress } from '../net/address.ts';
import { AGENT_TOKEN } from '../util/agent-token.ts';
import { durationExpected, parseDurationMs } from '../util/duration-text.ts';
import type { Output } from './output.ts';

export const AGENT_USAGE = `usage: aya agent --to URL --token-file FILE --region NAME [--port PORT ...] [--every TIME] [--once]

Run it in a region. It asks the kernel (by ss, of iproute2) how long a round trip to each connected client
takes, and reports these times to Aya by network (IPv4 /24, IPv6 /56).

  --to URL           where Aya listens for reports (latency.listen), such as http://aya.example.net:9055
  --token-file FILE  a file with the agent's token (one of latency.agents)
  --region NAME      the region in which the agent runs
  --port PORT        a port to which clients connect; may be repeated; default 80 and 443
  --every TIME       how often to report; default 1m
  --once             report once, then end
Exit codes: 0 done; 1 with --once, times could not be read or reported; 2 the command line is wrong.`;

/** In one request: Aya takes 10,000 lines and 1 MB, and a line has 150 octets at most. */
const LINES_MAX = 5000;

const PATIENCE_MS = 10_000;

interface Agent {
  readonly url: string;
  readonly token: string;
  readonly region: string;
  readonly ports: ReadonlySet<number>;
}

/** `aya agent`: gives the exit status. Without --once it goes on until it is ended, whatever fails meanwhile. */
export async function runAgent(argv: readonly string[], io: Output): Promise<number> {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      ...{ to: { type: 'string' }, 'token-file': { type: 'string' }, region: { type: 'string' } },
      port: { type: 'string', multiple: true, default: ['80', '443'] },
      every: { type: 'string', default: '1m' },
      once: { type: 'boolean', default: false },
    },
  });
  const { to, region, 'token-file': tokenFile } = values;
  const everyMs = parseDurationMs(values.every);
  const url = URL.parse('/latency/samples', to);
  if (url === null || !/^https?:$/.test(url.protocol) || region === undefined || tokenFile === undefined) {
    io.err(AGENT_USAGE);
    return 2;
  }
  if (!everyMs) {
    io.err(`aya: --every ${values.every}: expected ${durationExpected}`);
    return 2;
  }
  const ports = new Set(values.port.map(Number));
  if (![...ports].every((port) => Number.isInteger(port) && port > 0 && port < 65_536)) {
    io.err('aya: --port: expected numbers from 1 to 65535');
    return 2;
  }
  for (;;) {
    try {
      const token = await tokenIn(tokenFile);
      io.out(await reportOnce({ url: url.href, token, region, ports }));
      if (values.once) return 0;
    } catch (error) {
      io.err(`aya: ${reasonOf(error)}`);
      if (values.once) return 1;
    }
    await setTimeout(everyMs);
  }
}

async function tokenIn(file: string): Promise<string> {
  const token = (await readFile(file, 'utf8')).trim();
  // One of another form must not come to be printed as a part of some message.
  if (!AGENT_TOKEN.test(token)) throw new Error(`${file}: expected 16 to 200 printable characters without spaces`);
  return token;
}

/** Reads and reports; resolves with what came of it, in words. */
async function reportOnce({ url, token, region, ports }: Agent): Promise<string> {
  const sockets = await socketsAt(ports);
  const times = timesByNetwork(sockets, (from) => {
    const address = parseAddress(from);
    return address && networkOf(address);
  });
  const lines = [...times].map(([network, rttMs]) => JSON.stringify({ network, region, rttMs }));
  let taken = 0;
  const whys = new Set<string>();
  for (let from = 0; from < lines.length; from += LINES_MAX) {
    const outcome = await send(url, token, lines.slice(from, from + LINES_MAX).join('\n'));
    taken += outcome.taken;
    for (const { why } of outcome.lines) whys.add(why);
  }
  const refused = taken < lines.length ? `, ${lines.length - taken} refused: ${[...whys].join(', ')}` : '';
  return `${sockets.length} connections of ${lines.length} networks: ${taken} taken${refused}`;
}

/**
 * What the kernel knows of the connections at these ports, line by line: of a busy region it is more than fits in a
 * text.
 */
async function socketsAt(ports: ReadonlySet<number>): Promise<readonly SocketTime[]> {
  const filter = [...ports].map((port) => `sport = :${port}`).join(' or ');
  const ss = spawn('ss', ['-tinH', 'state', 'established', `( ${filter} )`], { stdio: ['ignore', 'pipe', 'pipe'] });
  const closed = once(ss, 'close') as Promise<[number | null]>;
  const said = text(ss.stderr);
  const read = socketReader();
  const sockets: SocketTime[] = [];
  createInterface({ input: ss.stdout }).on('line', (line) => {
    const socket = read(line);
    if (socket !== undefined && ports.has(socket.localPort)) sockets.push(socket);
  });
  const [code] = await closed;
  if (code !== 0) throw new Error(`ss failed: ${(await said).trim()}`);
  return sockets;
}

/** What Aya says to lines; of those that it refuses it names some. */
interface Outcome {
  readonly taken: number;
  readonly lines: readonly { readonly why: string }[];
}

async function send(url: string, token: string, body: string): Promise<Outcome> {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/x-ndjson' };
  const response = await fetch(url, { method: 'POST', body, headers, signal: AbortSignal.timeout(PATIENCE_MS) });
  const said = await response.text();
  // 400: none of the lines was taken; the reply says why.
  if (!response.ok) throw new Error(`${url} says ${response.status} ${said.trim().slice(0, 300)}`);
  return JSON.parse(said) as Outcome;
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { code, syscall } = error as NodeJS.ErrnoException;
  if (code === 'ENOENT' && syscall?.startsWith('spawn')) return 'there is no ss: it comes with iproute2';
  return error.cause instanceof Error ? `${error.message}: ${error.cause.message}` : error.message;
}
