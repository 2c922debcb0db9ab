import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { type ThreadKind, WorkerThread } from '../../../../src/control/workers/worker-thread.ts';
import { ManualClock } from '../../../support/manual-clock.ts';

const READY = "parentPort.postMessage({ kind: 'ready', sockets: [] });";

/** Programs of a worker: one that ends before it answers, and one that answers and ends when it is told to stop. */
const FAILS = '';
const LIVES = `import { parentPort } from 'node:worker_threads';
parentPort.on('message', ({ kind }) => { if (kind === 'publish') ${READY} else parentPort.close(); });`;

/** A worker whose program is changed meanwhile. */
function changingThread() {
  const folder = mkdtempSync(join(tmpdir(), 'aya-'));
  const clock = new ManualClock();
  const file = join(folder, 'worker.mjs');
  const kind: Pick<ThreadKind, 'limits'> = { limits: {} };
  const start = { index: 0, shared: undefined, news: undefined, cpu: undefined };
  const thread = new WorkerThread(
    { ...kind, file: pathToFileURL(file), start, current: () => ({}) } as unknown as ThreadKind,
    clock,
  );
  onTestFinished(async () => {
    await thread.stop();
    rmSync(folder, { recursive: true });
  });
  return { thread, clock, become: (program: string) => writeFileSync(file, program) };
}

/** How long it waits until it starts a worker again, in milliseconds: the clock stands still but for this. */
async function waitedMs(thread: WorkerThread, clock: ManualClock): Promise<number> {
  const died = once(thread, 'died');
  const before = clock.nowMs();
  while (clock.pendingTimers > 0) clock.advance(1);
  const waited = clock.nowMs() - before;
  await died;
  return waited;
}

test('a worker that fails at each start is started less and less often, until one lives', async () => {
  const { thread, clock, become } = changingThread();
  const end = async () => {
    const died = once(thread, 'died');
    thread.tell({ kind: 'stop' });
    await died;
  };
  become(LIVES);
  await thread.start([]);
  become(FAILS);
  await end();
  const waits: number[] = [];
  for (let attempt = 0; attempt < 7; attempt++) waits.push(await waitedMs(thread, clock));
  expect(waits).toEqual([200, 400, 800, 1_600, 3_200, 5_000, 5_000]);

  become(LIVES);
  const died = once(thread, 'died');
  clock.advance(5_000);
  // It is told to stop once it answers, as all that it is told comes after what it is to serve.
  thread.tell({ kind: 'stop' });
  await died;
  become(FAILS);
  expect(await waitedMs(thread, clock)).toBe(200);
});
