import type { Worker } from 'node:worker_threads';
import { startThread } from '../thread-error.ts';
import type { LearnerReplies, LearnerReply, LearnerRequest } from './messages.ts';

const THREAD_FILE = new URL('./latency-thread.ts', import.meta.url);

// What is learned lies in typed arrays, outside of these: a fault must not take the memory of what serves.
const resourceLimits = { maxOldGenerationSizeMb: 96, maxYoungGenerationSizeMb: 16 };

/** The thread that learns, seen from the main thread: requests go in, replies come back. */
export class Learner {
  readonly #thread: Worker;
  readonly #waiting = new Map<number, (reply: LearnerReply) => void>();
  #count = 0;
  #isOver = false;

  /**
   * Throws a ThreadError where it can't be started.
   * @param onDeath called where it ends by itself, with the reason; what it was asked is answered with that, too.
   */
  constructor(onDeath: (why: string) => void) {
    this.#thread = startThread(THREAD_FILE, { resourceLimits });
    let why = 'it ended';
    this.#thread.on('message', ({ id, reply }: { readonly id: number; readonly reply: LearnerReply }) => {
      this.#waiting.get(id)?.(reply);
      this.#waiting.delete(id);
    });
    this.#thread.on('error', (error) => {
      why = (error as Error).message;
    });
    this.#thread.on('exit', () => {
      const isExpected = this.#isOver;
      this.#isOver = true;
      for (const answer of this.#waiting.values()) answer({ ok: false, why });
      this.#waiting.clear();
      if (!isExpected) onDeath(why);
    });
  }

  /** Asks, and waits for the answer to it. Rejects with why it can't be done. */
  async ask<Kind extends LearnerRequest['kind']>(
    request: Extract<LearnerRequest, { readonly kind: Kind }>,
  ): Promise<LearnerReplies[Kind]> {
    if (this.#isOver) throw new Error('the thread has ended');
    const { promise, resolve } = Promise.withResolvers<LearnerReply>();
    const id = this.#count++;
    this.#waiting.set(id, resolve);
    this.#thread.postMessage({ id, request });
    const reply = await promise;
    if (!reply.ok) throw new Error(reply.why);
    return reply.value as LearnerReplies[Kind];
  }

  async end(): Promise<void> {
    this.#isOver = true;
    await this.#thread.terminate();
  }
}
