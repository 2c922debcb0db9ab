import type { Admin } from '../admin/admin.ts';
import type { AdminConfig } from '../config/operations-config.ts';
import type { Log } from '../control/log.ts';
import type { Server } from '../control/server.ts';

type Places = Pick<AdminConfig, 'listen' | 'push' | 'socket'>;

/** The ways to ask a server, loaded when a configuration first has one: an HTTP server and all routes are some MB. */
export class AdminOnDemand {
  readonly #server: Server;
  readonly #log: Log;
  #admin: Admin | undefined;

  constructor(server: Server, log: Log) {
    this.#server = server;
    this.#log = log;
  }

  /** Listens there and nowhere else. */
  async configure(places: Places): Promise<void> {
    const { listen, push, socket } = places;
    if (this.#admin === undefined) {
      if (listen === undefined && push === undefined && socket === undefined) return;
      const { Admin } = await import('../admin/admin.ts');
      this.#admin ??= new Admin(this.#server, this.#log);
    }
    await this.#admin.configure(places);
  }

  async stop(): Promise<void> {
    await this.#admin?.stop();
  }
}
