import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

/** Open at a time: as many as a proxy keeps, or as many browsers as come in at once. */
const CONNECTIONS = 32;

/** Connections to the listener: a proxy keeps its own, a browser opens one for its report. */
export type Connections = 'kept' | 'new';

/**
 * Reports as browsers do, over plain sockets: node:http takes as much for a request as the server, and would be what is
 * measured.
 */
export class Browsers {
  readonly #port: number;
  readonly #connections: Connections;
  readonly #idle: Socket[] = [];

  constructor(port: number, connections: Connections) {
    this.#port = port;
    this.#connections = connections;
  }

  /** Resolves when all of these requests were answered; throws where one was not taken. */
  async send(requests: readonly string[]): Promise<void> {
    let next = 0;
    const sender = async (): Promise<void> => {
      while (next < requests.length) await this.#ask(requests[next++]!);
    };
    await Promise.all(Array.from({ length: CONNECTIONS }, sender));
  }

  end(): void {
    for (const socket of this.#idle) socket.destroy();
  }

  async #ask(request: string): Promise<void> {
    const socket = this.#idle.pop() ?? connect({ port: this.#port, host: '127.0.0.1' });
    socket.write(request);
    const [reply] = (await once(socket, 'data')) as [Buffer]; // of a few octets: it comes whole
    if (!reply.toString('latin1').startsWith('HTTP/1.1 204 ')) throw new Error(reply.toString());
    if (this.#connections === 'kept') this.#idle.push(socket);
    else socket.destroy();
  }
}

/** A report as a browser sends it, by a proxy that speaks TLS. */
export function browserRequest(body: string, client: string): string {
  return [
    'POST /latency/report HTTP/1.1',
    'Host: aya.example.com',
    `X-Forwarded-For: ${client}`,
    'X-Forwarded-Proto: https',
    `Content-Length: ${body.length}`,
    'Content-Type: text/plain;charset=UTF-8',
    'User-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36',
    'Sec-CH-UA: "Chromium";v="156", "Not)A;Brand";v="24"',
    'Sec-CH-UA-Mobile: ?0',
    'Sec-CH-UA-Platform: "Linux"',
    'Accept: */*',
    'Accept-Encoding: gzip, deflate, br, zstd',
    'Accept-Language: en-US,en;q=0.9',
    'Origin: https://shop.example',
    'Sec-Fetch-Site: cross-site',
    'Sec-Fetch-Mode: cors',
    `Sec-Fetch-Dest: empty\r\n\r\n${body}`,
  ].join('\r\n');
}
