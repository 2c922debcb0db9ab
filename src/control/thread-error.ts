import { Worker, type WorkerOptions } from 'node:worker_threads';
import type { Problem } from '../util/problem.ts';
import { ListenError, REMEDIES } from './listening/ports.ts';

/** What to expect when the reason does not say what there is too little of. */
const ENOUGH = 'files, memory and threads enough for it (LimitNOFILE=, MemoryMax= and TasksMax= in the unit)';

/** A thread could not be started, or ended before it did what it was for. */
export class ThreadError extends Error {
  readonly problems: readonly Problem[];

  /** @param reason why, as whoever met it says it; of a stack its first line is told. */
  constructor(what: string, reason: string) {
    const [line] = reason.split('\n');
    super(`${what}: ${line}`);
    const expected = REMEDIES[shortageIn(reason) ?? ''] ?? ENOUGH;
    this.problems = [{ code: 'cannot-start-thread', found: this.message, expected }];
  }
}

/** Starts a thread. Throws a ThreadError where the system has none left, which Node.js says at once, not by an event. */
export function startThread(file: URL, options?: WorkerOptions): Worker {
  try {
    return new Worker(file, options);
  } catch (error) {
    throw new ThreadError('a thread could not be started', String(error));
  }
}

/** The system's word for a lack of descriptors, where that is the reason. Node.js has several ways to say it. */
export function shortageIn(reason: string): 'EMFILE' | 'ENFILE' | undefined {
  if (/\bENFILE\b/.test(reason)) return 'ENFILE';
  return /\bEMFILE\b|too many open files/i.test(reason) ? 'EMFILE' : undefined;
}

/** The problems of an error that says which sockets or threads could not be had. Any other error is thrown on. */
export function startProblemsOf(error: unknown): readonly Problem[] {
  if (error instanceof ListenError || error instanceof ThreadError) return error.problems;
  throw error;
}
