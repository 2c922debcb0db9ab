import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { setTimeout } from 'node:timers/promises';
import { parseArgs, promisify } from 'node:util';
import { networkOf } from '../control/latency/lines.ts';
import { parseSockets, timesByNetwork } from '../latency/socket-times.ts';
import { parseAddress } from '../net/address.ts';
import { durationExpected, parseDurationMs } from '../util/duration.ts';
import type { Output } from './output.ts';

export const AGENT_USAGE = `usage: aya agent --to URL --token-file FILE --region NAME [--port PORT ...] [--every TIME] [--once]

Runs in a region: reads from the kernel (by ss of iproute2) how long a round trip to each client that is connected just
now takes, and reports that by network (IPv4 /24, IPv6 /56).

  --to URL           where Aya listens for it (latency.listen), such as http://aya.example.net:9054
  --token-file FILE  a file with the agent's token (latency.agents)
  --region NAME      the region that this is
  --port PORT        a port at which clients come in; default 80 and 443
  --every TIME       how often; default 1m
  --once             once, and then end
Exit codes: 0 done; 1 it could not be read or reported, with --once; 2 misuse.`;

/** What the kernel knows of many thousands of connections. */
const OUTPUT_BYTES_MAX = 64 * 1024 * 1024;

/** In one request: Aya takes no more. */
const LINES_MAX = 10_000;

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
  const url = URL.parse('/latency/samples', to)?.href;
  if (url === undefined || region === undefined || tokenFile === undefined) {
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
      const token = (await readFile(tokenFile, 'utf8')).trim();
      io.out(await reportOnce({ url, token, region, ports }));
      if (values.once) return 0;
    } catch (error) {
      io.err(`aya: ${reasonOf(error)}`);
      if (values.once) return 1;
    }
    await setTimeout(everyMs);
  }
}

/** Reads and reports; resolves with what came of it, in words. */
async function reportOnce({ url, token, region, ports }: Agent): Promise<string> {
  const filter = [...ports].map((port) => `sport = :${port}`).join(' or ');
  const args = ['-tinH', 'state', 'established', `( ${filter} )`];
  const { stdout } = await promisify(execFile)('ss', args, { maxBuffer: OUTPUT_BYTES_MAX });
  const sockets = parseSockets(stdout).filter(({ localPort }) => ports.has(localPort));
  const times = timesByNetwork(sockets, (text) => {
    const address = parseAddress(text);
    return address && networkOf(address);
  });
  const lines = [...times].map(([network, rttMs]) => JSON.stringify({ network, region, rttMs }));
  let taken = 0;
  for (let from = 0; from < lines.length; from += LINES_MAX) {
    taken += await send(url, token, lines.slice(from, from + LINES_MAX).join('\n'));
  }
  return `${sockets.length} connections of ${lines.length} networks: ${taken} taken`;
}

async function send(url: string, token: string, body: string): Promise<number> {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/x-ndjson' };
  const response = await fetch(url, { method: 'POST', body, headers, signal: AbortSignal.timeout(PATIENCE_MS) });
  const text = await response.text();
  // 400: none of the lines was taken; the reply says why.
  if (!response.ok) throw new Error(`${url} says ${response.status} ${text.trim().slice(0, 300)}`);
  return (JSON.parse(text) as { readonly taken: number }).taken;
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'ENOENT' && error.message.includes('ss')) return 'there is no ss: it comes with iproute2';
  return error.cause instanceof Error ? `${error.message}: ${error.cause.message}` : error.message;
}
