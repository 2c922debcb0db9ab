import { parentPort, workerData } from 'node:worker_threads';
import type { FromWorker, ListenAddress, ToWorker, WorkerStart } from '../snapshot/messages.ts';
import { type Publication, Snapshot } from '../snapshot/snapshot.ts';
import { assert } from '../util/assert.ts';
import { Random } from '../util/random.ts';
import { Answerer } from './answer.ts';
import { dgram } from './dgram.ts';
import { tcp } from './tcp.ts';
import type { OpenTransport, Plane, Transport } from './transport.ts';

/**
 * A data-plane thread: sockets of its own, and a view of the last blocks published. It logs nothing (what a worker
 * prints goes through the main thread, for which it must never wait) and needs the main thread for nothing but news.
 */
const TRANSPORTS = { UDP: dgram, TCP: tcp } satisfies Record<string, Transport>;

const { listen, seed } = workerData as WorkerStart;
const answerer = new Answerer(new Random(seed));
const open: OpenTransport[] = [];
let plane: (Plane & { snapshot: Snapshot }) | undefined;

function say(message: FromWorker): void {
  parentPort?.postMessage(message);
}

async function begin(publication: Publication): Promise<void> {
  plane = { answerer, snapshot: new Snapshot(publication) };
  for (const address of listen) {
    for (const name of ['UDP', 'TCP'] as const) if (!(await openOne(plane, name, address))) return;
  }
  say({ kind: 'ready' });
}

async function openOne(into: Plane, transport: keyof typeof TRANSPORTS, address: ListenAddress): Promise<boolean> {
  try {
    open.push(await TRANSPORTS[transport].open(into, address));
    return true;
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    say({ kind: 'failed', listen: address, transport, code });
    return false;
  }
}

async function stop(): Promise<void> {
  await Promise.all(open.map((transport) => transport.drain()));
  parentPort?.close(); // the last thing that keeps the thread
}

assert(parentPort !== null, 'this file runs as a worker thread');
parentPort.on('message', (message: ToWorker) => {
  if (message.kind === 'stop') void stop();
  else if (plane === undefined) void begin(message.publication);
  else plane.snapshot.apply(message.publication);
});
