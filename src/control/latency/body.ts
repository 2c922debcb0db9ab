import { isUtf8 } from 'node:buffer';
import type { IncomingMessage, ServerResponse } from 'node:http';

/** What came of reading a body: its text, or why there is none. */
export type Body = { readonly text: string } | { readonly why: 'too-large' | 'malformed' | 'incomplete' };

/**
 * Reads a request's body of at most so many octets, as UTF-8, and calls back once. What is left of one that is too
 * large is for the caller to read or not.
 */
export function readBody(
  request: IncomingMessage,
  response: ServerResponse,
  bytesMax: number,
  done: (body: Body) => void,
): void {
  if (Number(request.headers['content-length'] ?? 0) > bytesMax) {
    done({ why: 'too-large' });
    return;
  }
  if (isContinueAwaited(request)) response.writeContinue();
  const chunks: Buffer[] = [];
  let bytes = 0;
  request.on('data', (chunk: Buffer) => {
    const isKnownToBe = bytes > bytesMax;
    bytes += chunk.length;
    if (bytes <= bytesMax) chunks.push(chunk);
    else if (!isKnownToBe) done({ why: 'too-large' });
  });
  request.on('end', () => {
    if (bytes <= bytesMax) done(textOf(chunks));
  });
  // The client went away half-way; where its socket has ended, it was told why not.
  request.on('error', () => {
    if (bytes <= bytesMax && !request.readableEnded && !request.socket.writableEnded) done({ why: 'incomplete' });
  });
}

/** Clients of HTTP/1.0 know nothing of it (RFC 9110 section 10.1.1); other expectations are refused before. */
function isContinueAwaited({ headers, httpVersion }: IncomingMessage): boolean {
  return headers.expect !== undefined && httpVersion === '1.1';
}

function textOf(chunks: readonly Buffer[]): Body {
  const octets = chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks);
  return isUtf8(octets) ? { text: octets.toString() } : { why: 'malformed' };
}
