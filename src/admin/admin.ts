import type { AdminConfig } from '../config/operations-config.ts';
import type { Log } from '../control/log.ts';
import { pushHandler } from '../control/probes/push-handler.ts';
import { formatHostPort } from '../net/address.ts';
import { adminHandler } from './handler.ts';
import { type Listener, listenHttp, listenSocket, REPORTS_CONNECTIONS_MAX } from './listener.ts';
import type { Administered } from './route.ts';

/** How often it is tried again to listen where that failed: folders are made, and others leave. */
const RETRY_MS = 1_000;

type Places = Pick<AdminConfig, 'listen' | 'push' | 'socket'>;

type OpenByPlace = ReadonlyMap<string, () => Promise<Listener>>;

/** The ways to ask a running server and to tell it what to do, as the configuration that is served has them. */
export class Admin {
  readonly #server: Administered;
  readonly #log: Log;
  #places: OpenByPlace = new Map();
  readonly #listeners = new Map<string, Listener>();
  /** Why it can't listen, by place, as it was last said. */
  readonly #said = new Map<string, string>();
  #retry: NodeJS.Timeout | undefined;
  #queue: Promise<void> = Promise.resolve();

  constructor(server: Administered, log: Log) {
    this.#server = server;
    this.#log = log;
  }

  /** Listens there and nowhere else. Where it can't, that is said, and tried again; queries are answered all the same. */
  configure(config: Places): Promise<void> {
    return this.#inTurn(async () => {
      clearTimeout(this.#retry);
      this.#said.clear();
      this.#places = this.#placesOf(config);
      for (const [where, listener] of this.#listeners) if (!this.#places.has(where)) await this.#close(where, listener);
      await this.#openAll();
    });
  }

  stop(): Promise<void> {
    return this.configure({ listen: undefined, push: undefined, socket: undefined });
  }

  #placesOf({ listen, push, socket }: Places): OpenByPlace {
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

  async #openAll(): Promise<void> {
    for (const [where, open] of this.#places) if (!this.#listeners.has(where)) await this.#open(where, open);
    if (this.#listeners.size === this.#places.size) return;
    this.#retry = setTimeout(() => void this.#inTurn(() => this.#openAll()), RETRY_MS).unref();
  }

  async #open(where: string, open: () => Promise<Listener>): Promise<void> {
    try {
      this.#listeners.set(where, await open());
      this.#log.info({ where }, 'admin listening');
    } catch (error) {
      const why = (error as Error).message;
      if (this.#said.get(where) !== why) this.#log.error({ where, why }, 'admin cannot listen');
      this.#said.set(where, why);
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
