import { setTimeout } from 'node:timers/promises';
import type { Worker } from 'node:worker_threads';
import type { Log } from '../log.ts';
import { startThread } from '../thread-error.ts';
import type { FromDrain, ToDrain } from './messages.ts';

/** Before a thread that died is started again: long enough not to spin on one that dies at once. */
const RESTART_MS = 1_000;

const FILE = new URL('./query-log-thread.ts', import.meta.url);

/** What is not written by then is lost: a stop does not wait for a disk that hangs. */
const STOP_MS_MAX = 5_000;

/** It keeps nothing but the lines of some hundred records at a time. */
const LIMITS = { maxYoungGenerationSizeMb: 4, maxOldGenerationSizeMb: 64 };

/** The thread that writes the query log, and its successors: each goes on where the last one was. */
export class DrainThread {
  readonly #log: Log;
  readonly #counts: SharedArrayBuffer;
  #worker: Worker | undefined;
  #serving: Extract<ToDrain, { kind: 'serve' }> | undefined;
  #ended: Promise<unknown> = Promise.resolve();
  #retry: NodeJS.Timeout | undefined;

  constructor(log: Log, counts: SharedArrayBuffer) {
    this.#log = log;
    this.#counts = counts;
  }

  /** Starts it where it does not run. */
  serve(message: Extract<ToDrain, { kind: 'serve' }>): void {
    this.#serving = message;
    if (this.#worker !== undefined) this.#worker.postMessage(message);
    else void this.#ended.then(() => this.#start());
  }

  reopen(): void {
    this.#worker?.postMessage({ kind: 'reopen' } satisfies ToDrain);
  }

  /** Resolves when all that is recorded is written, or it takes too long. */
  async stop(): Promise<void> {
    this.#serving = undefined;
    clearTimeout(this.#retry);
    const worker = this.#worker;
    this.#worker = undefined;
    worker?.ref(); // what it still has to write is waited for
    worker?.postMessage({ kind: 'stop' } satisfies ToDrain);
    const patience = new AbortController();
    const late = setTimeout(STOP_MS_MAX, undefined, { signal: patience.signal }).catch(() => {});
    await Promise.race([this.#ended, late]);
    patience.abort();
    worker?.unref();
  }

  #start(): void {
    clearTimeout(this.#retry);
    if (this.#worker !== undefined || this.#serving === undefined) return;
    try {
      this.#run(startThread(FILE, { workerData: { counts: this.#counts }, resourceLimits: LIMITS }), this.#serving);
    } catch (error) {
      this.#log.error({ why: (error as Error).message }, 'query log: its thread cannot start');
      this.#retryLater();
    }
  }

  #run(worker: Worker, serving: ToDrain): void {
    this.#worker = worker;
    let why = 'it ended by itself';
    worker.on('error', (error) => {
      why = String(error);
    });
    worker.on('message', (word: FromDrain) => this.#tell(word));
    worker.unref(); // it is there for the others
    this.#ended = new Promise((resolve) => worker.once('exit', resolve)).then(() => this.#replace(worker, why));
    worker.postMessage(serving);
  }

  #replace(worker: Worker, why: string): void {
    if (this.#worker === worker) this.#worker = undefined;
    if (this.#serving === undefined) return;
    this.#log.error({ why }, 'query log: its thread died; starting another');
    this.#retryLater();
  }

  #retryLater(): void {
    this.#retry = globalThis.setTimeout(() => this.#start(), RESTART_MS).unref();
  }

  #tell(word: FromDrain): void {
    switch (word.kind) {
      case 'overwritten':
        this.#log.warn({ records: word.records }, 'query log: records were overwritten before they were written');
        break;
      case 'failed':
        this.#log.error({ file: word.path, why: word.why, records: word.records }, 'query log cannot be written');
        break;
      case 'recovered':
        this.#log.info({ file: word.path }, 'query log is written again');
        break;
    }
  }
}
