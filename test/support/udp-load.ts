import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { setTimeout } from 'node:timers/promises';
import { encodeQuery } from './dns-client.ts';

/** Nothing on a machine that is merely busy takes as long. */
const PATIENCE_MS = 5_000;

/** What a load found when it was over. */
export interface LoadResult {
  readonly answered: number;
  /** Queries to which no answer came. */
  readonly lost: number;
  /** What came that was no answer with data to a query that was asked. */
  readonly wrong: number;
}

/** Asks as fast as it is answered: from several sockets, each with so many queries on their way at a time. */
export class UdpLoad {
  readonly #askers: readonly Asker[];

  private constructor(askers: readonly Asker[]) {
    this.#askers = askers;
  }

  static async start(port: number, name: string, sockets = 16, window = 32): Promise<UdpLoad> {
    const askers = await Promise.all(Array.from({ length: sockets }, () => Asker.open(port, name)));
    for (const asker of askers) for (let query = 0; query < window; query++) asker.ask();
    return new UdpLoad(askers);
  }

  get answered(): number {
    return this.#sum((asker) => asker.answered);
  }

  /** Asks nothing new, and waits for what is on its way. */
  async stop(): Promise<LoadResult> {
    for (const asker of this.#askers) asker.isOver = true;
    const deadline = Date.now() + PATIENCE_MS;
    while (this.#askers.some(({ pending }) => pending.size > 0) && Date.now() < deadline) await setTimeout(20);
    for (const asker of this.#askers) asker.socket.close();
    return {
      answered: this.answered,
      lost: this.#sum((asker) => asker.pending.size),
      wrong: this.#sum((asker) => asker.wrong),
    };
  }

  #sum(of: (asker: Asker) => number): number {
    return this.#askers.reduce((total, asker) => total + of(asker), 0);
  }
}

class Asker {
  readonly socket: Socket;
  readonly pending = new Set<number>();
  answered = 0;
  wrong = 0;
  isOver = false;
  readonly #query: Buffer;
  #id = 0;

  private constructor(socket: Socket, name: string) {
    this.socket = socket;
    this.#query = encodeQuery({ name });
    socket.on('message', (message) => this.#take(message));
  }

  /** Connected: whoever answers from elsewhere is not heard, and a port that nobody has says so. */
  static async open(port: number, name: string): Promise<Asker> {
    const socket = createSocket('udp4');
    socket.on('error', () => {}); // the query that met it is lost, and counted so
    socket.connect(port, '127.0.0.1');
    await once(socket, 'connect');
    return new Asker(socket, name);
  }

  ask(): void {
    this.#id = (this.#id + 1) & 0xffff;
    this.pending.add(this.#id);
    const query = Buffer.from(this.#query);
    query.writeUInt16BE(this.#id, 0);
    this.socket.send(query);
  }

  #take(message: Buffer): void {
    const hasData = message.length > 12 && (message[3] & 15) === 0 && message.readUInt16BE(6) > 0;
    if (hasData && this.pending.delete(message.readUInt16BE(0))) this.answered++;
    else this.wrong++;
    if (!this.isOver) this.ask();
  }
}
