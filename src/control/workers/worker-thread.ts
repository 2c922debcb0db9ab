import { EventEmitter } from 'node:events';
import { closeSync } from 'node:fs';
import type { ResourceLimits, Worker } from 'node:worker_threads';
import type { FromWorker, ListenAddress, OpenSocket, ToWorker, WorkerStart } from '../../snapshot/messages.ts';
import type { Publication } from '../../snapshot/snapshot.ts';
import { type Clock, systemClock, type Timer } from '../../util/clock.ts';
import { ListenError, listenProblem } from '../listening/ports.ts';
import { shortageIn, startThread, ThreadError } from '../thread-error.ts';
import { randomSeed } from './seed.ts';

/** Before a worker that died is started again. */
const RESTART_MS = 200;

/** The same where it fails to start: twice as long each time, up to this. A lack of threads may last. */
const RESTART_MS_MAX = 5_000;

/** After which a worker that was told to stop is ended: it drains for less. */
const STOP_MS_MAX = 5_000;

/** This machine can't do what a worker of this kind is for. */
export class UnfitError extends ThreadError {
  readonly reason: string;

  constructor(reason: string) {
    super('UDP in batches can not be done here', reason);
    this.reason = reason;
  }
}

/** How a worker is started, for the first time or again. */
export interface ThreadKind {
  /** Its program, by URL: the planes share no code but the blocks. */
  readonly file: URL;
  readonly limits: ResourceLimits;
  readonly start: Pick<WorkerStart, 'index' | 'shared' | 'news' | 'cpu'>;
  /** What it is to serve when it begins. */
  readonly current: () => Publication;
}

/** A thread that may not have been told yet what to serve. */
interface Booted {
  readonly worker: Worker;
  /** Resolves with the reason. */
  readonly ended: Promise<string>;
  /** Resolves when it answers queries. */
  readonly answer: Promise<void>;
}

interface ThreadEvents {
  /** It died; another takes its place. */
  died: [reason: string];
}

/** One of the workers of a pool, and its successors: where one dies, another goes on with its sockets. */
export class WorkerThread extends EventEmitter<ThreadEvents> {
  readonly #kind: ThreadKind;
  #listen: readonly ListenAddress[] = [];
  #worker: Worker | undefined;
  #booted: Booted | undefined;
  #ended: Promise<string> = Promise.resolve('');
  /** Sockets that stay open whatever becomes of the thread. */
  #sockets: readonly OpenSocket[] = [];
  #isStopping = false;
  readonly #clock: Clock;
  #restartMs = RESTART_MS;
  #retry: Timer | undefined;

  constructor(kind: ThreadKind, clock: Clock = systemClock) {
    super();
    this.#kind = kind;
    this.#clock = clock;
  }

  /** Starts its program, which waits for `start`: so it is loaded while there is nothing to serve yet. */
  boot(listen: readonly ListenAddress[]): void {
    this.#booted ??= this.#spawn(listen);
  }

  /** Resolves when it answers queries. Rejects with a ListenError or a ThreadError, and does not run then. */
  async start(listen: readonly ListenAddress[]): Promise<void> {
    const { worker, ended, answer } = this.#booted ?? this.#spawn(listen);
    this.#booted = undefined;
    this.tell({ kind: 'publish', publication: this.#kind.current() });
    try {
      await answer;
    } catch (error) {
      this.#worker = undefined;
      await worker.terminate();
      throw error;
    }
    this.#restartMs = RESTART_MS;
    void ended.then((reason) => this.#replace(reason));
  }

  #spawn(listen: readonly ListenAddress[]): Booted {
    this.#listen = listen;
    const { file, limits, start } = this.#kind;
    const workerData: WorkerStart = { ...start, listen, inherited: this.#sockets, seed: randomSeed() };
    const worker = startThread(file, { workerData, resourceLimits: limits });
    this.#worker = worker;
    const ended = endOf(worker);
    this.#ended = ended;
    worker.on('message', (word: FromWorker) => {
      if (word.kind === 'ready') this.#sockets = word.sockets;
    });
    const answer = answerOf(worker, ended);
    answer.catch(() => undefined); // whoever starts it is told
    return { worker, ended, answer };
  }

  /** Hands it a message; nothing where there is no worker just now. Its successor begins with what is current. */
  tell(message: ToWorker): void {
    this.#worker?.postMessage(message);
  }

  /** Has it listen there, and resolves when it does. Rejects with a ListenError: then it listens where it did. */
  async listen(addresses: readonly ListenAddress[]): Promise<void> {
    const before = this.#listen;
    this.#listen = addresses;
    const worker = this.#worker;
    if (worker === undefined) return; // its successor will
    const answer = answerOf(worker, this.#ended);
    this.tell({ kind: 'listen', listen: addresses });
    await answer.catch((error: unknown) => {
      if (!(error instanceof ListenError)) return; // it died: its successor will
      this.#listen = before;
      throw error;
    });
  }

  /** Lets it answer what it has, then ends it. */
  async stop(): Promise<void> {
    this.#isStopping = true;
    this.#retry?.cancel();
    const worker = this.#worker;
    if (this.#booted !== undefined) {
      await worker?.terminate(); // it has nothing to answer yet
    } else if (worker !== undefined) {
      this.tell({ kind: 'stop' });
      const overdue = setTimeout(() => void worker.terminate(), STOP_MS_MAX);
      await this.#ended;
      clearTimeout(overdue);
    }
    for (const { fd } of this.#sockets) closeSync(fd); // it was in no state to
    this.#sockets = [];
  }

  #replace(reason: string): void {
    if (this.#isStopping) return;
    this.#worker = undefined;
    this.emit('died', reason);
    const retry = (): void => {
      if (this.#isStopping) return;
      this.start(this.#listen).catch((error: unknown) => this.#replace(String(error)));
    };
    // This timer keeps the process alive: when all workers have died nothing else might, and it would end before the
    // next ones start.
    this.#retry = this.#clock.setTimer(this.#restartMs, retry);
    this.#restartMs = Math.min(RESTART_MS_MAX, this.#restartMs * 2);
  }
}

/** Resolves when a worker has ended, with the reason. (events.once would reject on its 'error'.) */
function endOf(worker: Worker): Promise<string> {
  let reason = 'it ended by itself';
  worker.on('error', (error) => {
    reason = error instanceof Error ? (error.stack ?? error.message) : String(error);
  });
  return new Promise((resolve) => worker.once('exit', () => resolve(reason)));
}

/** Resolves when a worker says that it is ready; rejects where it can't be. */
async function answerOf(worker: Worker, ended: Promise<string>): Promise<void> {
  const said = new Promise<FromWorker>((resolve) => worker.once('message', resolve));
  const word = await Promise.race([said, ended]);
  if (typeof word === 'string') throw new ThreadError('a worker ended before it answered', word);
  if (word.kind === 'unfit') throw unfit(word.reason);
  if (word.kind === 'failed') throw new ListenError([listenProblem(word.listen, word.transport, word.code)]);
}

/** If descriptors are short, dgram would fail as well, or would be kept for good in place of the better way. */
function unfit(reason: string): ThreadError {
  return shortageIn(reason) === undefined
    ? new UnfitError(reason)
    : new ThreadError('a worker could not start', reason);
}
