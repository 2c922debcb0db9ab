import { parentPort } from 'node:worker_threads';
import { PAIR_FIGURES } from '../../latency/serving/served-block.ts';
import { assert } from '../../util/assert.ts';
import { LearningThread } from './learning-thread.ts';
import type { LearnerReplies, LearnerReply, LearnerRequest } from './messages.ts';

/** Learns round-trip times for latency/learner.ts: each request is answered. */

assert(parentPort !== null, 'this file runs as a worker thread');
const port = parentPort;
const learning = new LearningThread();

async function answer(id: number, request: LearnerRequest): Promise<void> {
  const send = (reply: LearnerReply, over: readonly ArrayBuffer[]): void => port.postMessage({ id, reply }, over);
  try {
    const value = await learning.answer(request);
    send({ ok: true, value }, largeIn(value));
  } catch (error) {
    send({ ok: false, why: error instanceof Error ? error.message : String(error) }, []);
  }
}

/**
 * What goes over as it is: with as many groups of clients as there are autonomous systems a copy would block the main
 * thread.
 */
function largeIn(value: LearnerReplies[LearnerRequest['kind']]): readonly ArrayBuffer[] {
  if (!isRecompiled(value)) return [];
  const { block, networks } = value;
  const arrays = [block.groups, ...PAIR_FIGURES.map((name) => block[name]), networks.marks.nodes];
  return arrays.map(({ buffer }) => buffer as ArrayBuffer);
}

function isRecompiled(value: object): value is LearnerReplies['recompile'] {
  return 'block' in value;
}

let turn = Promise.resolve();
port.on('message', ({ id, request }: { readonly id: number; readonly request: LearnerRequest }) => {
  if (learning.canAnswerNow(request)) void answer(id, request);
  else turn = turn.then(() => answer(id, request));
});
