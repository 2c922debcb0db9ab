import { randomBytes, randomInt } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { EventEmitter, once } from 'node:events';
import { createServer } from 'node:net';
import { Worker } from 'node:worker_threads';
import type { Blocks } from '../compile/world.ts';
import type { FromWorker, ListenAddress, ToWorker, TransportName, WorkerStart } from '../snapshot/messages.ts';
import type { Publication } from '../snapshot/snapshot.ts';
import { type CounterName, makeSharedStreams, type SharedStreams, sumCounters } from '../snapshot/streams.ts';
import type { Problem } from '../util/problem.ts';

/** Before a worker that died is started again: long enough not to spin on one that dies at once. */
const RESTART_MS = 200;

/** After which a worker that was told to stop is ended: it drains for less. */
const STOP_MS_MAX = 5_000;

/**
 * A worker allocates what Node.js does for each datagram, which dies at once: a small nursery stays in the processor's
 * cache, and costs a third of the memory of the default. 10,000 connections over TLS, if all come to one worker, take
 * some 75 MB of the rest.
 */
const HEAP = { maxYoungGenerationSizeMb: 4, maxOldGenerationSizeMb: 128 };

/** Random numbers of 31 bits are below this. */
const MAX_31 = 0x7fff_ffff;

/** By its URL, not by import: the planes share no code but the blocks. */
const WORKER_FILE = new URL('../dataplane/worker.ts', import.meta.url);

/** Workers could not open their sockets. */
export class ListenError extends Error {
  readonly problems: readonly Problem[];

  constructor(problems: readonly Problem[]) {
    super(problems.map(({ found }) => found).join('; '));
    this.problems = problems;
  }
}

interface PoolEvents {
  /** A worker died; another takes its place. The queries in its socket's buffer are lost, those of the others are not. */
  died: [reason: string];
}

/** The data-plane threads of one set of listen addresses, and the blocks that they serve from. */
export class WorkerPool extends EventEmitter<PoolEvents> {
  readonly listen: readonly ListenAddress[];
  readonly size: number;
  readonly #workers = new Set<Worker>();
  readonly #shared: SharedStreams;
  #generation = 0;
  #current: Publication | undefined;
  #isStopping = false;

  constructor(listen: readonly ListenAddress[], size: number) {
    super();
    this.listen = listen;
    this.size = size;
    this.#shared = makeSharedStreams(size, { networkSeed: randomInt(1, MAX_31), ticketKeys: randomBytes(48) });
  }

  /** What the transports of all workers have counted since the start. */
  get counts(): Record<CounterName, number> {
    return sumCounters(this.#shared);
  }

  /** Starts the workers with a whole world; resolves when all answer. Rejects with a ListenError. */
  async start(blocks: Blocks): Promise<void> {
    this.#current = { ...blocks, generation: ++this.#generation };
    const started = await Promise.allSettled(Array.from({ length: this.size }, (_, index) => this.#startWorker(index)));
    const failures = started.flatMap((result) => (result.status === 'rejected' ? [result.reason as unknown] : []));
    if (failures.length === 0) return;
    await this.stop();
    throw failures[0];
  }

  /** Hands blocks to all workers: a whole world, or the services that changed. */
  publish(blocks: Blocks): void {
    const publication = { ...blocks, generation: ++this.#generation };
    this.#current = merged(this.#current, publication);
    for (const worker of this.#workers) tell(worker, { kind: 'publish', publication });
  }

  /** Lets every worker answer what it has, then ends it. */
  async stop(): Promise<void> {
    this.#isStopping = true;
    await Promise.all(
      [...this.#workers].map(async (worker) => {
        tell(worker, { kind: 'stop' });
        const overdue = setTimeout(() => void worker.terminate(), STOP_MS_MAX);
        await exit(worker);
        clearTimeout(overdue);
      }),
    );
  }

  async #startWorker(index: number): Promise<void> {
    const start: WorkerStart = { listen: this.listen, index, seed: randomInt(1, MAX_31), shared: this.#shared };
    const worker = new Worker(WORKER_FILE, { workerData: start, resourceLimits: HEAP });
    this.#workers.add(worker);
    let reason = 'it ended by itself';
    worker.on('error', (error) => {
      reason = error instanceof Error ? (error.stack ?? error.message) : String(error);
    });
    const ended = exit(worker).then(() => {
      this.#workers.delete(worker);
      return reason;
    });
    if (this.#current !== undefined) tell(worker, { kind: 'publish', publication: this.#current });
    const word = await Promise.race([firstWord(worker), ended]);
    if (typeof word === 'string') throw new Error(`a worker ended before it answered: ${word}`);
    if (word.kind === 'failed') {
      await worker.terminate();
      throw new ListenError([listenProblem(word.listen, word.transport, word.code)]);
    }
    void ended.then((why) => this.#replace(index, why));
  }

  #replace(index: number, reason: string): void {
    if (this.#isStopping) return;
    this.emit('died', reason);
    const retry = (): void => {
      if (this.#isStopping) return;
      this.#startWorker(index).catch((error: unknown) => this.#replace(index, String(error)));
    };
    setTimeout(retry, RESTART_MS).unref();
  }
}

/** Resolves when a worker has ended, well or not. (events.once would reject on its 'error'.) */
function exit(worker: Worker): Promise<void> {
  return new Promise((resolve) => worker.once('exit', () => resolve()));
}

async function firstWord(worker: Worker): Promise<FromWorker> {
  return new Promise((resolve) => worker.once('message', resolve));
}

function tell(worker: Worker, message: ToWorker): void {
  worker.postMessage(message);
}

/** What a worker that starts now must be given. */
function merged(current: Publication | undefined, publication: Publication): Publication {
  if (current === undefined || publication.names !== undefined) return publication;
  const services = new Map([...current.services, ...publication.services].map((service) => [service.slot, service]));
  return { ...current, services: [...services.values()], generation: publication.generation };
}

/**
 * Whether the addresses are free, found by binding them exclusively for a moment. Workers share ports among themselves,
 * so without this a second Aya would quietly take half of the first one's queries.
 */
export async function findTaken(listen: readonly ListenAddress[]): Promise<readonly Problem[]> {
  const problems = await Promise.all(
    listen.flatMap((address) => address.over.map((transport) => PROBES[transport](address, transport))),
  );
  return problems.filter((problem) => problem !== undefined);
}

const PROBES = { UDP: probeUdp, TCP: probeTcp, TLS: probeTcp } satisfies Record<TransportName, unknown>;

async function probeUdp(listen: ListenAddress, transport: TransportName): Promise<Problem | undefined> {
  const isIpv6 = listen.family === 6;
  const socket = createSocket({ type: isIpv6 ? 'udp6' : 'udp4', ipv6Only: isIpv6 });
  socket.bind({ port: listen.port, address: listen.host, exclusive: true });
  const problem = await outcome(once(socket, 'listening'), listen, transport);
  socket.close();
  return problem;
}

async function probeTcp(listen: ListenAddress, transport: TransportName): Promise<Problem | undefined> {
  const server = createServer();
  server.listen({ port: listen.port, host: listen.host, ipv6Only: listen.family === 6, exclusive: true });
  const problem = await outcome(once(server, 'listening'), listen, transport);
  if (problem === undefined) await new Promise((resolve) => server.close(resolve));
  return problem;
}

async function outcome(
  attempt: Promise<unknown>,
  listen: ListenAddress,
  transport: string,
): Promise<Problem | undefined> {
  try {
    await attempt;
    return undefined;
  } catch (error) {
    return listenProblem(
      listen,
      transport,
      error instanceof Error && 'code' in error ? String(error.code) : String(error),
    );
  }
}

const REMEDIES: Readonly<Record<string, string>> = {
  EADDRINUSE: 'an address and port that no other program has (is Aya or another name server running there?)',
  EACCES: 'a port from 1024 on, or the right to bind lower ones (CAP_NET_BIND_SERVICE)',
  EADDRNOTAVAIL: 'an address of this machine',
};

function listenProblem({ host, family, port }: ListenAddress, transport: string, code: string): Problem {
  const address = family === 6 ? `[${host}]:${port}` : `${host}:${port}`;
  return {
    code: 'cannot-listen',
    found: `${address} over ${transport}: ${code}`,
    expected: REMEDIES[code] ?? 'an address and port that can be bound',
  };
}
