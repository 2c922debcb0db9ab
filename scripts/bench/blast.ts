import { createSocket, type Socket } from 'node:dgram';
import { parentPort, workerData } from 'node:worker_threads';
import { Random } from '../../src/util/random.ts';

/**
 * A load generator in a thread of its own: keeps `window` queries unanswered over several sockets, for a time, and
 * counts what comes back. A query of which nothing is heard for a while is lost, and its place is used again.
 */
export interface BlastOptions {
  readonly port: number;
  readonly names: readonly string[];
  readonly seconds: number;
  readonly window: number;
  readonly seed: number;
}

export interface BlastResult {
  readonly sent: number;
  readonly answered: number;
  readonly lost: number;
  readonly latencyMsP50: number;
  readonly latencyMsP99: number;
}

const SOCKETS = 16;
const LOST_AFTER_MS = 1000;
const QUERY_VARIANTS = 20_000;

/** A query of type A with EDNS and a random IPv4 /24 as its client subnet; the id is set when it is sent. */
function makeQuery(name: string, random: Random): Buffer {
  const labels = name.split('.').map((label) => Buffer.concat([Buffer.from([label.length]), Buffer.from(label)]));
  const subnet = Buffer.from([0, 8, 0, 7, 0, 1, 24, 0, 1 + random.below(223), random.below(256), random.below(256)]);
  return Buffer.concat([
    Buffer.from([0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 1]),
    ...labels,
    Buffer.from([0, 0, 1, 0, 1]),
    Buffer.from([0, 0, 41, 0x04, 0xd0, 0, 0, 0, 0, 0, subnet.length]),
    subnet,
  ]);
}

class Blaster {
  readonly #options: BlastOptions;
  readonly #queries: readonly Buffer[];
  readonly #sentAt: Float64Array[] = Array.from({ length: SOCKETS }, () => new Float64Array(0x10000));
  readonly #nextId = new Uint16Array(SOCKETS);
  readonly #latenciesMs: number[] = [];
  #next = 0;
  #sent = 0;
  #answered = 0;
  #lost = 0;

  constructor(options: BlastOptions) {
    this.#options = options;
    const random = new Random(options.seed);
    this.#queries = Array.from({ length: QUERY_VARIANTS }, (_, index) =>
      makeQuery(options.names[index % options.names.length], random),
    );
  }

  async run(): Promise<BlastResult> {
    const sockets = await Promise.all(Array.from({ length: SOCKETS }, (_, index) => this.#open(index)));
    const end = performance.now() + this.#options.seconds * 1000;
    for (let index = 0; index < this.#options.window; index++) this.#send(sockets[index % SOCKETS], index % SOCKETS);
    const sweep = setInterval(() => this.#sweep(sockets), 250);
    await new Promise((resolve) => setTimeout(resolve, end - performance.now()));
    clearInterval(sweep);
    for (const socket of sockets) socket.close();
    const sorted = this.#latenciesMs.sort((a, b) => a - b);
    const quantile = (q: number): number => sorted[Math.floor(sorted.length * q)] ?? Number.NaN;
    return {
      sent: this.#sent,
      answered: this.#answered,
      lost: this.#lost,
      latencyMsP50: quantile(0.5),
      latencyMsP99: quantile(0.99),
    };
  }

  async #open(index: number): Promise<Socket> {
    const socket = createSocket({ type: 'udp4', recvBufferSize: 4 * 1024 * 1024 });
    await new Promise<void>((resolve) => socket.connect(this.#options.port, '127.0.0.1', resolve));
    socket.on('message', (message) => {
      const id = message.readUInt16BE(0);
      const sentAt = this.#sentAt[index][id];
      if (sentAt === 0) return;
      this.#sentAt[index][id] = 0;
      this.#answered++;
      // One in 64 is enough for quantiles, and does not grow without bound.
      if ((this.#answered & 63) === 0) this.#latenciesMs.push(performance.now() - sentAt);
      this.#send(socket, index);
    });
    socket.on('error', () => {}); // a server that is not there yet refuses; the query counts as lost
    return socket;
  }

  #send(socket: Socket, index: number): void {
    const query = this.#queries[this.#next++ % this.#queries.length];
    const id = this.#nextId[index]++;
    const message = Buffer.from(query);
    message.writeUInt16BE(id, 0);
    this.#sentAt[index][id] = performance.now();
    this.#sent++;
    socket.send(message);
  }

  #sweep(sockets: readonly Socket[]): void {
    const before = performance.now() - LOST_AFTER_MS;
    for (const [index, sentAt] of this.#sentAt.entries()) {
      for (let id = 0; id < sentAt.length; id++) {
        if (sentAt[id] === 0 || sentAt[id] > before) continue;
        sentAt[id] = 0;
        this.#lost++;
        this.#send(sockets[index], index);
      }
    }
  }
}

parentPort?.postMessage(await new Blaster(workerData as BlastOptions).run());
