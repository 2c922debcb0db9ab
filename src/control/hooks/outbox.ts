import type { Clock } from '../../util/clock.ts';
import { formatDuration } from '../../util/duration-text.ts';
import type { Deliver, Delivery, Telling } from './telling.ts';

// A receiver that restarts is back within seconds; one that is gone is tried once a minute.
const FIRST_WAIT_MS = 500;
const WAIT_MS_MAX = 60_000;

export interface OutboxOptions {
  readonly clock: Clock;
  /** In [0, 1). */
  readonly random: () => number;
  readonly deliver: Deliver;
  readonly timeoutMs: number;
  /** For how long one change is tried; 0: once. */
  readonly giveUpMs: number;
  readonly queueMax: number;
  /**
   * Asked for a turn before each attempt, if several hooks share a bound on attempts. Resolves with what ends the turn.
   */
  readonly turn?: () => Promise<() => void>;
  readonly onFailed: (telling: Telling, why: string, isGivenUp: boolean) => void;
  /** The queue is full: the oldest was given up. */
  readonly onDropped: (telling: Telling) => void;
}

export interface OutboxCounts {
  readonly taken: number;
  readonly failed: number;
  readonly givenUp: number;
  readonly dropped: number;
}

/** The changes that one hook is still to be told, in their order: each is tried until it is taken or given up. */
export class Outbox {
  readonly #options: OutboxOptions;
  readonly #waiting: Telling[] = [];
  readonly #stopped = new AbortController();
  #isSending = false;
  #isClosed = false;
  /** Ends the wait for the next attempt, while there is one. */
  #hurry: () => void = () => {};
  #onEmpty: () => void = () => {};
  #taken = 0;
  #failed = 0;
  #givenUp = 0;
  #dropped = 0;

  constructor(options: OutboxOptions) {
    this.#options = options;
  }

  get counts(): OutboxCounts {
    return { taken: this.#taken, failed: this.#failed, givenUp: this.#givenUp, dropped: this.#dropped };
  }

  /** How many wait, including the one that is being sent. */
  get length(): number {
    return this.#waiting.length;
  }

  push(telling: Telling): void {
    if (this.#isClosed) return;
    this.#waiting.push(telling);
    // The first one is being sent: it does not wait any more.
    if (this.#waiting.length > this.#options.queueMax + 1) {
      const [dropped] = this.#waiting.splice(1, 1);
      this.#dropped++;
      if (dropped !== undefined) this.#options.onDropped(dropped);
    }
    void this.#sendAll();
  }

  /**
   * Takes no more changes, gives those that wait a last chance, and stops when the time is up. Resolves with how many
   * were given up.
   */
  async drain(patienceMs: number): Promise<number> {
    this.#isClosed = true;
    if (this.#waiting.length > 0) {
      const { promise: isEmpty, resolve } = Promise.withResolvers<void>();
      this.#onEmpty = resolve;
      const timer = this.#options.clock.setTimer(patienceMs, resolve);
      this.#hurry();
      await isEmpty;
      timer.cancel();
    }
    const lost = this.#waiting.length;
    this.#givenUp += lost;
    this.#waiting.length = 0;
    this.#stopped.abort('stopped');
    return lost;
  }

  async #sendAll(): Promise<void> {
    if (this.#isSending) return;
    this.#isSending = true;
    for (let telling = this.#waiting[0]; telling !== undefined; telling = this.#waiting[0]) {
      await this.#send(telling);
      if (this.#waiting[0] === telling) this.#waiting.shift();
    }
    this.#isSending = false;
    this.#onEmpty();
  }

  async #send(telling: Telling): Promise<void> {
    const { clock, giveUpMs, onFailed } = this.#options;
    const startMs = clock.nowMs();
    for (let attempt = 0; !this.#stopped.signal.aborted; attempt++) {
      const delivery = await this.#attempt(telling);
      if (this.#stopped.signal.aborted) return;
      if (delivery.result === 'taken') {
        this.#taken++;
        return;
      }
      this.#failed++;
      const waitMs = this.#waitMs(attempt);
      const isGivenUp = delivery.result === 'never' || clock.nowMs() + waitMs - startMs > giveUpMs;
      onFailed(telling, delivery.why, isGivenUp);
      if (isGivenUp) {
        this.#givenUp++;
        return;
      }
      await this.#wait(waitMs);
    }
  }

  async #attempt(telling: Telling): Promise<Delivery> {
    const { clock, deliver, timeoutMs, turn } = this.#options;
    const endTurn = await turn?.();
    if (this.#stopped.signal.aborted) {
      endTurn?.();
      return { result: 'never', why: 'stopped' };
    }
    const timeout = new AbortController();
    const timer = clock.setTimer(timeoutMs, () => timeout.abort(`timed out after ${formatDuration(timeoutMs)}`));
    try {
      return await deliver(telling, AbortSignal.any([timeout.signal, this.#stopped.signal]));
    } catch (error) {
      return { result: 'never', why: String(error) };
    } finally {
      timer.cancel();
      endTurn?.();
    }
  }

  /** Twice as long each time, and drawn between half of it and all of it, so that many senders do not come at once. */
  #waitMs(attempt: number): number {
    const wholeMs = Math.min(WAIT_MS_MAX, FIRST_WAIT_MS * 2 ** Math.min(attempt, 16));
    return wholeMs * (0.5 + 0.5 * this.#options.random());
  }

  #wait(ms: number): Promise<void> {
    const { signal } = this.#stopped;
    return new Promise((resolve) => {
      const done = (): void => {
        timer.cancel();
        signal.removeEventListener('abort', done);
        this.#hurry = () => {};
        resolve();
      };
      const timer = this.#options.clock.setTimer(ms, done);
      this.#hurry = done;
      signal.addEventListener('abort', done);
    });
  }
}
