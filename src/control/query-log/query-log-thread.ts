import { parentPort, workerData } from 'node:worker_threads';
import { assert } from '../../util/assert.ts';
import { Drain } from './drain.ts';
import type { FromDrain, ToDrain } from './messages.ts';

/** Writes the query log for query-log/query-log.ts. In a thread of its own: a slow disk delays no probe. */

/** A ring of the default size holds what a worker answers meanwhile, some ten times over. */
const DRAIN_MS = 10;

assert(parentPort !== null, 'this file runs as a worker thread');
const port = parentPort;
const { counts } = workerData as { readonly counts: SharedArrayBuffer };
const drain = new Drain(counts, (word: FromDrain) => port.postMessage(word));
let timer: NodeJS.Timeout | undefined;

function turn(): void {
  timer = setTimeout(turn, drain.drain(performance.now()) ? 0 : DRAIN_MS);
}

port.on('message', (message: ToDrain) => {
  if (message.kind === 'serve') {
    drain.serve(message.path, message.rings, message.worlds, performance.now());
    if (timer === undefined) turn();
  } else if (message.kind === 'reopen') {
    drain.look(performance.now());
  } else {
    clearTimeout(timer);
    drain.drain(performance.now());
    drain.close();
    port.close();
  }
});
