import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { Log } from '../control/log.ts';
import { PUSH_PATH, pushHandler } from '../control/probes/push-handler.ts';
import { isOwnHost } from './host.ts';
import { type Administered, type AdminReply, json, type Route } from './route.ts';
import { ROUTES } from './routes/index.ts';
import { whoAsks } from './who.ts';

// What is asked fits into a line or two.
const BODY_BYTES_MAX = 64 * 1024;

// Whoever asks and reads nothing for so long has no answer: it would keep a place that others are turned away from.
const unreadMsMax = 5_000;

/**
 * Answers what is asked of a running server over HTTP.
 * @param isPrivate whether nobody comes this way but who may do anything.
 */
export function adminHandler(server: Administered, log: Log, isPrivate: boolean): RequestListener {
  const push = pushHandler(server.reports);
  return (request, response) => {
    if (request.url?.startsWith(PUSH_PATH)) return push(request, response);
    answer(server, request, isPrivate)
      .catch((error: unknown) => {
        log.error({ path: request.url, error: String(error) }, 'unexpected error');
        return json(500, { error: 'unexpected error; the log has it' });
      })
      .then((reply) => send(request, response, reply));
  };
}

async function answer(server: Administered, request: IncomingMessage, isPrivate: boolean): Promise<AdminReply> {
  const url = URL.parse(request.url ?? '', 'http://aya');
  const method = request.method === 'HEAD' ? 'GET' : request.method;
  const route = url === null ? undefined : routeOf(ROUTES, url.pathname);
  if (url === null || route === undefined) {
    return json(404, { error: `there is nothing here; there is ${ROUTES.map(({ path }) => path).join(', ')}` });
  }
  if (route.method !== method) return json(405, { error: `${route.path} takes ${route.method}` });
  if (!isPrivate && !isOwnHost(request.headers.host)) return json(421, { error: 'ask by address, or as localhost' });
  if (route.isPrivate && !isPrivate) return json(403, { error: `${route.path} is answered over admin.socket alone` });
  // Before anything is waited for: a connection that is closed meanwhile would be nobody's.
  const whoIs = route.isPrivate ? whoAsks(request.socket) : (claim: string): string => claim;
  const body = await bodyOf(request);
  if (body === undefined) return json(413, { error: `more than ${BODY_BYTES_MAX} octets` });
  return route.answer(server, { query: url.searchParams, body, whoIs });
}

function routeOf(routes: readonly Route[], path: string): Route | undefined {
  return routes.find((route) => route.path === path);
}

/** Undefined where it is too large; what is left of it is not read. */
async function bodyOf(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > BODY_BYTES_MAX) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}

function send(request: IncomingMessage, response: ServerResponse, { status, type, body }: AdminReply): void {
  if (status >= 400) response.setHeader('connection', 'close');
  response.setTimeout(unreadMsMax, () => request.socket.destroy());
  response.writeHead(status, {
    ...{ 'content-type': type, 'content-length': Buffer.byteLength(body) },
    ...{ 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' },
  });
  response.end(request.method === 'HEAD' ? undefined : body);
}
