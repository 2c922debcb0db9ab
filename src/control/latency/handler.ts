import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { Address } from '../../net/address.ts';
import { contains, type Prefix } from '../../net/prefix.ts';
import { clientOf } from './forwarded.ts';
import { networkOf, type ReadLines, readLines, type Sender } from './lines.ts';
import type { HttpRefusal, Measurement } from './messages.ts';
import type { RequestLimit } from './request-limit.ts';

/** A few regions; and what an agent has in a minute of a busy region. */
const BEACON = { bytesMax: 2048, linesMax: 8 } as const;
const SAMPLES = { bytesMax: 1024 * 1024, linesMax: 10_000 } as const;

/** Refused lines that are named in a reply: of more of them the reasons are the same. */
const NAMED_MAX = 20;

/** What requests are answered by. */
export interface Reception {
  readonly proxies: readonly Prefix[];
  readonly regions: ReadonlySet<string>;
  readonly agents: ReadonlyMap<string, string>;
  /** The script for browsers, made for each that asks. */
  script(): string;
  readonly reportsPerMinute: number;
  readonly limit: RequestLimit;
  take(measurement: Measurement): void;
  refuse(why: HttpRefusal, count: number): void;
}

interface Reply {
  readonly status: number;
  readonly type?: string;
  readonly body?: string;
}

const ROUTES: Readonly<Record<string, 'GET' | 'POST'>> = {
  '/latency/beacon.js': 'GET',
  '/latency/report': 'POST',
  '/latency/samples': 'POST',
};

/** Answers the public: the script, and what it and agents report. `reception` is that of the configuration in force. */
export function latencyHandler(reception: () => Reception): RequestListener {
  return (request, response) => {
    answer(request, reception())
      .catch((): Reply => ({ status: 400 })) // the client went away half-way
      .then((reply) => send(request, response, reply));
  };
}

async function answer(request: IncomingMessage, reception: Reception): Promise<Reply> {
  const path = URL.parse(request.url ?? '', 'http://aya')?.pathname ?? '';
  const method = Object.hasOwn(ROUTES, path) ? ROUTES[path] : undefined;
  if (method === undefined) return { status: 404 };
  // Any page may report what its reader's browser measured: it says nothing of the reader that the connection does not.
  if (request.method === 'OPTIONS') return { status: 204 };
  if (request.method !== method && !(method === 'GET' && request.method === 'HEAD')) return { status: 405 };
  if (path === '/latency/beacon.js') return { status: 200, type: 'text/javascript', body: reception.script() };
  return path === '/latency/report' ? beacon(request, reception) : samples(request, reception);
}

async function beacon(request: IncomingMessage, reception: Reception): Promise<Reply> {
  const client = clientIn(request, reception.proxies);
  // A proxy that does not say who it speaks for: its own network would be given the times of all others.
  if (client === undefined) return refusal(reception, 400, 'bad-network');
  // From here on there is no address, only its network.
  const network = networkOf(client);
  if (!reception.limit.admit(network, reception.reportsPerMinute, Date.now()))
    return refusal(reception, 429, 'too-often');
  const read = await readBody(request, { source: network, isTrusted: false, network }, BEACON, reception);
  if ('status' in read) return read;
  return read.refused.length > 0 ? outcome(400, read) : { status: 204 };
}

async function samples(request: IncomingMessage, reception: Reception): Promise<Reply> {
  const agent = agentOf(request.headers.authorization, reception.agents);
  if (agent === undefined) return refusal(reception, 401, 'bad-token');
  const read = await readBody(request, { source: agent, isTrusted: true }, SAMPLES, reception);
  if ('status' in read) return read;
  return outcome(read.refused.length > 0 && read.measurements.length === 0 ? 400 : 200, read);
}

async function readBody(
  request: IncomingMessage,
  sender: Sender,
  { bytesMax, linesMax }: { readonly bytesMax: number; readonly linesMax: number },
  { regions, ...reception }: Reception,
): Promise<ReadLines | Reply> {
  // To unpack it would take more memory than it says.
  if ((request.headers['content-encoding'] ?? 'identity') !== 'identity')
    return refusal(reception, 415, 'bad-encoding');
  const text = await bodyOf(request, bytesMax);
  if (text === undefined) return refusal(reception, 413, 'too-large');
  const read = readLines(text, sender, regions, linesMax, Date.now());
  for (const measurement of read.measurements) reception.take(measurement);
  for (const { why } of read.refused) reception.refuse(why, 1);
  return read;
}

function outcome(status: number, { measurements, refused }: ReadLines): Reply {
  const body = { taken: measurements.length, refused: refused.length, lines: refused.slice(0, NAMED_MAX) };
  return { status, type: 'application/json', body: `${JSON.stringify(body)}\n` };
}

function refusal(reception: Pick<Reception, 'refuse'>, status: number, why: HttpRefusal): Reply {
  reception.refuse(why, 1);
  return { status, type: 'application/json', body: `${JSON.stringify({ error: why })}\n` };
}

function clientIn(request: IncomingMessage, proxies: readonly Prefix[]): Address | undefined {
  const forwarded = request.headers['x-forwarded-for'];
  const isProxy = (address: Address): boolean => proxies.some((proxy) => contains(proxy, address));
  return clientOf(request.socket.remoteAddress ?? '', Array.isArray(forwarded) ? forwarded.join() : forwarded, isProxy);
}

/** Whose token it is, found in a time that says nothing of how much of it is right. */
function agentOf(authorization: string | undefined, agents: ReadonlyMap<string, string>): string | undefined {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  const given = digest(authorization ?? '');
  return [...agents].find(([, token]) => timingSafeEqual(given, digest(`Bearer ${token}`)))?.[0];
}

/** Undefined where it is too large; what is left of it is not read. */
async function bodyOf(request: IncomingMessage, bytesMax: number): Promise<string | undefined> {
  if (Number(request.headers['content-length'] ?? 0) > bytesMax) return undefined;
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > bytesMax) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}

function send(request: IncomingMessage, response: ServerResponse, { status, type, body = '' }: Reply): void {
  if (status >= 400) response.setHeader('connection', 'close');
  response.writeHead(status, {
    ...(type !== undefined && { 'content-type': type }),
    ...(status !== 204 && { 'content-length': Buffer.byteLength(body) }),
    'cache-control': type === 'text/javascript' ? 'public, max-age=300' : 'no-store',
    'access-control-allow-origin': '*',
    'cross-origin-resource-policy': 'cross-origin',
    'x-content-type-options': 'nosniff',
    ...(request.method === 'OPTIONS' && {
      'access-control-allow-methods': 'GET, POST',
      'access-control-allow-headers': 'content-type',
      'access-control-max-age': '86400',
    }),
  });
  response.end(request.method === 'HEAD' ? undefined : body);
}
