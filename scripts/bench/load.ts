import { Worker } from 'node:worker_threads';
import type { BlastOptions, BlastResult, STARTED } from './blast.ts';

/**
 * Puts load on a server of this machine, from a thread of its own; resolves with what came of it.
 * @param onStart called when the first query is about to be sent: what is measured of a server begins there.
 */
export function load(options: BlastOptions, onStart: () => void = () => {}): Promise<BlastResult> {
  const thread = new Worker(new URL('./blast.ts', import.meta.url), { workerData: options });
  return new Promise((resolve, reject) => {
    thread.on('message', (word: BlastResult | typeof STARTED) => {
      if (typeof word === 'string') onStart();
      else resolve(word);
    });
    thread.once('error', reject);
  });
}
