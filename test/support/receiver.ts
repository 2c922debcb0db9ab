import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A change as a webhook brings it. */
export interface Received {
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  readonly body: { readonly id: string; readonly kind: string; readonly [field: string]: unknown };
}

/** An HTTP server that takes webhooks, and answers as it is told. */
export class Receiver implements AsyncDisposable {
  /** Every request, in the order in which they came. */
  readonly requests: Received[] = [];
  /** Those that were answered with 204. */
  readonly taken: Received[] = [];
  /** What is answered to the next requests, in turn; then 204. 0: the connection is closed without an answer. */
  statuses: number[] = [];
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
    server.on('request', async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
      const text = Buffer.concat(chunks).toString();
      const received = { headers: request.headers, text, body: JSON.parse(text) as Received['body'] };
      this.requests.push(received);
      const status = this.statuses.shift() ?? 204;
      if (status === 0) return request.socket.destroy();
      if (status === 204) this.taken.push(received);
      return response.writeHead(status, { location: '/elsewhere' }).end();
    });
  }

  static async start(): Promise<Receiver> {
    const server = createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new Receiver(server);
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/hook`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.close();
    this.#server.closeAllConnections();
    await once(this.#server, 'close');
  }
}

/** Whether a request is signed with a secret, as the specification of Standard Webhooks has it. */
export function isSignedWith(secret: string, { headers, text }: Received): boolean {
  const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
  const signed = `${headers['webhook-id']}.${headers['webhook-timestamp']}.${text}`;
  return headers['webhook-signature'] === `v1,${createHmac('sha256', key).update(signed).digest('base64')}`;
}
