import { once } from 'node:events';
import { createServer, type Server } from 'node:http';

/** The load balancer of a region: an HTTP server at an address that answers name, which can die and come back. */
export class Region implements AsyncDisposable {
  readonly port: number;
  /** How many it had so far. */
  requests = 0;
  /** Resolves with the first request. */
  readonly asked: Promise<void>;
  readonly #address: string;
  readonly #onRequest: () => void;
  #server: Server | undefined;
  #isHanging = false;

  private constructor(address: string, port: number) {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#address = address;
    this.port = port;
    this.asked = promise;
    this.#onRequest = resolve;
  }

  static async start(address: string, port: number): Promise<Region> {
    const region = new Region(address, port);
    await region.revive();
    return region;
  }

  /** Takes requests from now on and answers none. */
  hang(): void {
    this.#isHanging = true;
  }

  async revive(): Promise<void> {
    this.#server = createServer((_request, response) => {
      this.requests++;
      this.#onRequest();
      if (!this.#isHanging) response.end('ok');
    });
    this.#server.listen(this.port, this.#address);
    await once(this.#server, 'listening');
  }

  /** As a process that dies: it takes no connection any more, and drops those it has. */
  async die(): Promise<void> {
    const server = this.#server;
    if (server === undefined) return;
    this.#server = undefined;
    server.close();
    server.closeAllConnections();
    await once(server, 'close');
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.die();
  }
}
