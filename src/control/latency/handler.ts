import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { type Body, readBody } from './body.ts';
import { type ReadLines, readLines, type Sender } from './lines.ts';
import type { HttpRefusal } from './messages.ts';
import { credentialsDigest, type Reception } from './reception.ts';
import { sendJson, sendLast, sendNoContent, sendPreflight, sendScript } from './reply.ts';

/** A few regions; and what an agent has in a minute of a busy region. */
const BEACON = { bytesMax: 2048, linesMax: 8 } as const;
const SAMPLES = { bytesMax: 1024 * 1024, linesMax: 10_000 } as const;

/** Refused lines that are named in a reply: of more of them the reasons are the same. */
const NAMED_MAX = 20;

interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly reception: Reception;
}

interface Route {
  readonly methods: readonly string[];
  answer(exchange: Exchange): void;
}

const ROUTES: ReadonlyMap<string, Route> = new Map([
  ['/latency/report', { methods: ['POST'], answer: takeBeacon }],
  ['/latency/beacon.js', { methods: ['GET', 'HEAD'], answer: giveScript }],
  ['/latency/samples', { methods: ['POST'], answer: takeSamples }],
]);

/** Answers the public: the script, and what it and agents report. `reception` is that of the configuration in force. */
export function latencyHandler(reception: () => Reception): RequestListener {
  return (request, response) => answer({ request, response, reception: reception() });
}

function answer(exchange: Exchange): void {
  const { request, response } = exchange;
  const { url = '', method = '', headers, httpVersion } = request;
  const route = ROUTES.get(url) ?? ROUTES.get(URL.parse(url, 'http://aya')?.pathname ?? '');
  // RFC 9112 section 3.2.
  if (headers.host === undefined && httpVersion === '1.1') refuse(exchange, 400, 'bad-request');
  else if (route === undefined) refuse(exchange, 404, 'unknown-path');
  else if (method === 'OPTIONS') sendPreflight(response);
  else if (route.methods.includes(method)) route.answer(exchange);
  else refuse(exchange, 405, 'bad-method', ['allow', `${route.methods.join(', ')}, OPTIONS`]);
}

function giveScript({ response, reception }: Exchange): void {
  sendScript(response, reception.script());
}

function takeBeacon(exchange: Exchange): void {
  const { request, response, reception } = exchange;
  const forwardedFor = request.headers['x-forwarded-for'] as string | undefined;
  // From here on there is no address, only its network.
  const network = reception.clients.of(request.socket.remoteAddress ?? '', forwardedFor);
  // A proxy that does not say who it speaks for: its own network would be given the times of all others.
  if (network === undefined) refuse(exchange, 400, 'bad-network');
  else if (!reception.limit.admit(network, reception.reportsPerMinute, Date.now()))
    refuse(exchange, 429, 'too-often', ['retry-after', '60']);
  else {
    takeLines(exchange, { source: network, isTrusted: false, network }, BEACON, (read) => {
      if (read.refused.length === 0) sendNoContent(response);
      else sendOutcome(response, 400, read);
    });
  }
}

function takeSamples(exchange: Exchange): void {
  const { request, response, reception } = exchange;
  const { authorization } = request.headers;
  const agent = authorization === undefined ? undefined : reception.agents.get(credentialsDigest(authorization));
  if (agent === undefined) {
    refuse(exchange, 401, 'bad-token', ['www-authenticate', 'Bearer']);
    return;
  }
  takeLines(exchange, { source: agent, isTrusted: true }, SAMPLES, (read) => {
    sendOutcome(response, read.refused.length > 0 && read.measurements.length === 0 ? 400 : 200, read);
  });
}

function takeLines(
  exchange: Exchange,
  sender: Sender,
  { bytesMax, linesMax }: { readonly bytesMax: number; readonly linesMax: number },
  reply: (read: ReadLines) => void,
): void {
  const { request, response, reception } = exchange;
  // To unpack it would take more memory than it says.
  if ((request.headers['content-encoding'] ?? 'identity') !== 'identity') {
    refuse(exchange, 415, 'bad-encoding', ['accept-encoding', 'identity']);
    return;
  }
  readBody(request, response, bytesMax, (body: Body) => {
    if ('why' in body) {
      refuse(exchange, body.why === 'too-large' ? 413 : 400, body.why);
      return;
    }
    const read = readLines(body.text, sender, reception.regions, linesMax, Date.now());
    for (const measurement of read.measurements) reception.take(measurement);
    for (const { why } of read.refused) reception.refuse(why);
    reply(read);
  });
}

function sendOutcome(response: ServerResponse, status: number, { measurements, refused }: ReadLines): void {
  const lines = refused.slice(0, NAMED_MAX);
  sendJson(response, status, { taken: measurements.length, refused: refused.length, lines });
}

/** Refuses a request as a whole, whose body may not have been read. */
function refuse(exchange: Exchange, status: number, why: HttpRefusal, more: readonly string[] = []): void {
  const { request, response, reception } = exchange;
  reception.refuse(why);
  if (isShort(request)) sendJson(response, status, { error: why }, more);
  else sendLast(request, response, status, { error: why }, more);
}

/** Whether so little is left of it that the connection may wait for that; who waits for a 100 may send nothing more. */
function isShort({ headers, complete }: IncomingMessage): boolean {
  if (complete) return true;
  if (headers['transfer-encoding'] !== undefined || headers.expect !== undefined) return false;
  return Number(headers['content-length'] ?? 0) <= BEACON.bytesMax;
}
