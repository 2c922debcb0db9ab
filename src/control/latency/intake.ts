import { isDeepStrictEqual } from 'node:util';
import type { Worker } from 'node:worker_threads';
import type { Log } from '../log.ts';
import { startThread } from '../thread-error.ts';
import { type Measurement, unpacked } from './measurement.ts';
import {
  type FromListener,
  HTTP_REFUSALS,
  type HttpRefusal,
  type ListenerSettings,
  type ToListener,
} from './messages.ts';

const THREAD_FILE = new URL('./latency-listener-thread.ts', import.meta.url);

// It holds one batch of measurements and the bodies of a few requests.
const resourceLimits = { maxOldGenerationSizeMb: 64, maxYoungGenerationSizeMb: 8 };

/** After its thread has died: at once would be a busy loop where it dies at every start. */
const RESTART_MS = 1000;

/**
 * What comes in over HTTP. It listens in a thread of its own: what the public sends must not keep the control plane
 * from its probes.
 */
export class Intake {
  readonly #log: Log;
  readonly #onMeasurements: (measurements: readonly Measurement[]) => void;
  readonly refused: Record<HttpRefusal, number>;
  dropped = 0;
  #thread: Worker | undefined;
  #settings: ListenerSettings | undefined;
  #isListening = false;

  constructor(log: Log, onMeasurements: (measurements: readonly Measurement[]) => void) {
    this.#log = log;
    this.#onMeasurements = onMeasurements;
    this.refused = Object.fromEntries(HTTP_REFUSALS.map((why) => [why, 0])) as Record<HttpRefusal, number>;
  }

  get isListening(): boolean {
    return this.#isListening;
  }

  async configure(settings: ListenerSettings | undefined): Promise<void> {
    if (isDeepStrictEqual(settings, this.#settings)) return;
    this.#settings = settings;
    if (settings === undefined) await this.stop();
    else this.#tell();
  }

  /** Tries again where it could not listen, or the thread has ended. */
  retry(): void {
    if (this.#settings !== undefined && !this.#isListening) this.#tell();
  }

  async stop(): Promise<void> {
    const thread = this.#thread;
    this.#thread = undefined;
    this.#settings = undefined;
    this.#isListening = false;
    await thread?.terminate();
  }

  #tell(): void {
    if (this.#settings === undefined) return;
    try {
      this.#thread ??= this.#start();
    } catch (error) {
      this.#log.error({ why: (error as Error).message }, 'latency listener cannot start');
      this.#retryLater();
      return;
    }
    this.#thread.postMessage({ kind: 'settings', settings: this.#settings } satisfies ToListener);
  }

  #start(): Worker {
    const thread = startThread(THREAD_FILE, { resourceLimits });
    thread.on('message', (message: FromListener) => this.#take(thread, message));
    thread.on('error', (error) => this.#log.error({ why: (error as Error).message }, 'latency listener died'));
    thread.on('exit', () => {
      if (this.#thread !== thread) return;
      this.#thread = undefined;
      this.#isListening = false;
      this.#retryLater();
    });
    return thread;
  }

  #retryLater(): void {
    setTimeout(() => this.retry(), RESTART_MS).unref();
  }

  #take(thread: Worker, message: FromListener): void {
    if (thread !== this.#thread) return;
    if (message.kind === 'batch') {
      for (const why of HTTP_REFUSALS) this.refused[why] += message.refused[why];
      this.dropped += message.dropped;
      this.#onMeasurements(unpacked(message.measurements));
      thread.postMessage({ kind: 'more' } satisfies ToListener);
      return;
    }
    const { host, port } = this.#settings ?? {};
    this.#isListening = message.kind === 'listening';
    if (message.kind === 'listening') this.#log.info({ host, port }, 'latency listening');
    else this.#log.error({ host, port, why: message.why }, 'latency cannot listen');
  }
}
