import { type IncomingMessage, type ServerResponse, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';

/**
 * How long what a client still sends is thrown away behind its reply: closed at once, it might be reset before it reads
 * that.
 */
const LINGER_MS = 1000;

/**
 * Any page may report what its reader's browser measured: it says nothing of the reader that the connection does not.
 */
const ANY_ORIGIN = ['access-control-allow-origin', '*'] as const;

const PREFLIGHT = [
  ...ANY_ORIGIN,
  ...['access-control-allow-methods', 'GET, POST', 'access-control-allow-headers', 'content-type'],
  ...['access-control-max-age', '86400'],
] as const;

const WITH_BODY = [
  ...ANY_ORIGIN,
  ...['cross-origin-resource-policy', 'cross-origin', 'x-content-type-options', 'nosniff'],
] as const;

const JSON_BODY = [...WITH_BODY, 'cache-control', 'no-store', 'content-type', 'application/json'] as const;

/** A reader asks once in some pages; regions that are added are measured soon. */
const SCRIPT = [...WITH_BODY, 'cache-control', 'public, max-age=300', 'content-type', 'text/javascript'] as const;

export function sendNoContent(response: ServerResponse): void {
  response.writeHead(204, [...ANY_ORIGIN]).end();
}

/** To what a browser asks before it sends what another origin's page may not send unasked. */
export function sendPreflight(response: ServerResponse): void {
  response.writeHead(204, [...PREFLIGHT]).end();
}

export function sendScript(response: ServerResponse, script: string): void {
  response.writeHead(200, [...SCRIPT, 'content-length', String(Buffer.byteLength(script))]).end(script);
}

/** @param more header fields, name and value in turn. */
export function sendJson(response: ServerResponse, status: number, body: object, more: readonly string[] = []): void {
  const text = bodyOf(body);
  response.writeHead(status, [...JSON_BODY, ...more, 'content-length', String(text.length)]).end(text);
}

/** Replies while the rest of the request is on its way, and closes the connection (RFC 9112 section 9.6). */
export function sendLast(
  request: IncomingMessage,
  response: ServerResponse,
  status: number,
  body: object,
  more: readonly string[] = [],
): void {
  const text = bodyOf(body);
  const closing = ['connection', 'close', 'content-length', String(text.length)];
  response.writeHead(status, [...JSON_BODY, ...more, ...closing]).write(text);
  const end = (): void => void response.end();
  const timer = setTimeout(end, LINGER_MS);
  request.resume().once('close', () => {
    clearTimeout(timer);
    end();
  });
}

/** Replies where there is no request that could be read, and closes the connection. */
export function sendRaw(socket: Duplex, status: number, body: object, more: readonly string[] = []): void {
  const text = bodyOf(body);
  const fields = [...JSON_BODY, ...more, 'connection', 'close', 'content-length', String(text.length)];
  const lines = [`HTTP/1.1 ${status} ${STATUS_CODES[status]}`];
  for (let at = 0; at < fields.length; at += 2) lines.push(`${fields[at]}: ${fields[at + 1]}`);
  socket.end(`${lines.join('\r\n')}\r\n\r\n${text}`);
  setTimeout(() => socket.destroy(), LINGER_MS);
}

/** What is said of a refusal is ASCII: as many octets as characters. */
function bodyOf(body: object): string {
  return `${JSON.stringify(body)}\n`;
}
