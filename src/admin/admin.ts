import { isDeepStrictEqual } from 'node:util';
import type { AdminConfig } from '../config/operations-config.ts';
import type { Log } from '../control/log.ts';
import { pushHandler } from '../control/probes/push-handler.ts';
import { formatHostPort } from '../net/address.ts';
import { adminHandler } from './handler.ts';
import { type Listener, listenHttp, listenSocket, REPORTS_CONNECTIONS_MAX } from './listener.ts';
import type { Administered } from './route.ts';

type Places = Pick<AdminConfig, 'listen' | 'push' | 'socket'>;

/** The ways to ask a running server and to tell it what to do, as the configuration that is served has them. */
export class Admin {
  readonly #server: Administered;
  readonly #log: Log;
  #listeners = new Map<string, Listener>();
  #queue: Promise<void> = Promise.resolve();

  constructor(server: Administered, log: Log) {
    this.#server = server;
    this.#log = log;
  }

  /** Listens there and nowhere else. Where it can't, that is said, and queries are answered all the same. */
  configure(config: Places): Promise<void> {
    return this.#inTurn(async () => {
      const places = this.#placesOf(config);
      const before = [...this.#listeners.keys()];
      if (isDeepStrictEqual(before, [...places.keys()])) return;
      for (const [where, listener] of this.#listeners) if (!places.has(where)) await this.#close(where, listener);
      for (const [where, open] of places) if (!this.#listeners.has(where)) await this.#open(where, open);
    });
  }

  stop(): Promise<void> {
    return this.configure({ listen: undefined, push: undefined, socket: undefined });
  }

  #placesOf({ listen, push, socket }: Places): Map<string, () => Promise<Listener>> {
    const handler = (isPrivate: boolean) => adminHandler(this.#server, this.#log, isPrivate);
    const places = new Map<string, () => Promise<Listener>>();
    if (push !== undefined) {
      const report = pushHandler(this.#server.reports);
      places.set(formatHostPort(push), () => listenHttp(push, report, REPORTS_CONNECTIONS_MAX));
    }
    // Of one address for both: it takes reports, too.
    if (listen !== undefined) places.set(formatHostPort(listen), () => listenHttp(listen, handler(false)));
    if (socket !== undefined) places.set(socket, () => listenSocket(socket, handler(true)));
    return places;
  }

  async #open(where: string, open: () => Promise<Listener>): Promise<void> {
    try {
      this.#listeners.set(where, await open());
      this.#log.info({ where }, 'admin listening');
    } catch (error) {
      this.#log.error({ where, why: (error as Error).message }, 'admin cannot listen');
    }
  }

  async #close(where: string, listener: Listener): Promise<void> {
    this.#listeners.delete(where);
    await listener.close();
  }

  #inTurn(work: () => Promise<void>): Promise<void> {
    this.#queue = this.#queue.then(work);
    return this.#queue;
  }
}
