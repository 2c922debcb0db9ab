import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Report, Reports } from './reports.ts';

/**
 * Where reports go: `/push/SERVICE/ENDPOINT`, and `/push/SERVICE/ENDPOINT/ADDRESS` for one address of it; and
 * `/push/region:REGION`.
 */
export const PUSH_PATH = '/push/';

const BODY_BYTES_MAX = 4_096;
const WHY_LENGTH_MAX = 100;

type Said = Pick<Report, 'isUp' | 'why'>;

/**
 * A handler for an HTTP server: an endpoint PUTs or POSTs its state with `Authorization: Bearer TOKEN`. The body is
 * `{"state": "up"}` or `{"state": "down", "why": "..."}`; without one the endpoint is up. Answers 204; 400 for a body
 * that is none, 403 for a name or token that is not known, 404 and 405 for what is no report, 413 for one too large.
 */
export function pushHandler(reports: Reports): (request: IncomingMessage, response: ServerResponse) => void {
  return (request, response) => {
    const place = placeOf(request.url ?? '');
    if (place === undefined) return end(response, 404);
    if (request.method !== 'PUT' && request.method !== 'POST') return end(response, 405);
    const token = /^Bearer ([\x21-\x7e]{1,256})$/.exec(request.headers.authorization ?? '')?.[1] ?? '';
    readBody(request, (body) => {
      if (body === undefined) return end(response, 413);
      const said = saidIn(body);
      if (said === undefined) return end(response, 400);
      end(response, reports.take({ ...place, token, ...said }) ? 204 : 403);
    });
  };
}

function placeOf(url: string): Pick<Report, 'endpoint' | 'address'> | undefined {
  if (!url.startsWith(PUSH_PATH)) return undefined;
  try {
    const words = url.slice(PUSH_PATH.length).split('/').map(decodeURIComponent);
    const [service, endpoint, address] = words;
    if (service?.startsWith('region:') && words.length === 1) return { endpoint: service, address: undefined };
    if (!service || !endpoint || words.length > 3) return undefined;
    return { endpoint: `${service}/${endpoint}`, address };
  } catch {
    return undefined; // a % that begins nothing
  }
}

/** Hands on the body, or undefined where it is too large; nothing at all where the sender leaves within it. */
function readBody(request: IncomingMessage, onBody: (body: string | undefined) => void): void {
  let body = Buffer.alloc(0);
  const onData = (bytes: Buffer): void => {
    body = Buffer.concat([body, bytes]);
    if (body.length <= BODY_BYTES_MAX) return;
    request.off('data', onData).off('end', onEnd).resume();
    onBody(undefined);
  };
  const onEnd = (): void => onBody(body.toString());
  request
    .on('data', onData)
    .on('end', onEnd)
    .on('error', () => {});
}

function saidIn(body: string): Said | undefined {
  if (body.trim() === '') return { isUp: true, why: '' };
  try {
    const value: unknown = JSON.parse(body);
    if (typeof value !== 'object' || value === null) return undefined;
    const { state, why = '' } = value as Readonly<Record<string, unknown>>;
    if ((state !== 'up' && state !== 'down') || typeof why !== 'string') return undefined;
    return { isUp: state === 'up', why: why.replace(/[\s\p{Cc}]+/gu, ' ').slice(0, WHY_LENGTH_MAX) };
  } catch {
    return undefined;
  }
}

/** A connection is closed after a refusal, so that what is left of a large body is not waited for. */
function end(response: ServerResponse, status: number): void {
  if (status >= 400) response.setHeader('connection', 'close');
  response.writeHead(status).end();
}
