import { parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads';
import type { FromWorker, ListenAddress, ToWorker, WorkerStart } from '../snapshot/messages.ts';
import type { Publication } from '../snapshot/snapshot.ts';
import { assert } from '../util/assert.ts';
import { applyTo, openPlane } from './plane.ts';
import type { MmsgSockets } from './transports/mmsg-sockets.ts';
import type { Plane } from './transports/transport.ts';

/**
 * A data-plane thread for UDP only. It has no event loop: it blocks in a receive, looks at one number in shared memory
 * for news, answers, and starts again. After its start, it never waits for the main thread.
 */
const start = workerData as WorkerStart;
const news = new Int32Array(start.news);
assert(parentPort !== null, 'this file runs as a worker thread');
const port = parentPort;

/** How much of the news was read. */
let seen = 0;
/** To be done when what was received is answered. */
const orders: Exclude<ToWorker, { kind: 'publish' }>[] = [];

const open = await prepare();
if (open !== undefined) {
  const plane = openPlane(start, firstPublication());
  const sockets = open(plane);
  if (listen(sockets, start.listen)) serve(plane, sockets);
}

/** Loads the C library's functions, and checks that they work as we call them. Only some machines can do that. */
async function prepare(): Promise<((plane: Plane) => MmsgSockets) | undefined> {
  try {
    const [{ MmsgSockets }, { checkBatches }, { pinThread }] = await Promise.all([
      import('./transports/mmsg-sockets.ts'),
      import('./ffi/self-check.ts'),
      import('./ffi/affinity.ts'),
    ]);
    if (start.cpu !== undefined) pinThread(start.cpu);
    checkBatches();
    return (plane) => new MmsgSockets(plane, start.inherited);
  } catch (error) {
    say({ kind: 'unfit', reason: error instanceof Error ? error.message : String(error) });
    return undefined;
  }
}

function firstPublication(): Publication {
  for (;;) {
    const message = nextMessage();
    if (message?.kind === 'publish') return message.publication;
    Atomics.wait(news, 0, Atomics.load(news, 0), 10);
  }
}

/** Until it is told to stop. */
function serve(plane: Plane, sockets: MmsgSockets): void {
  const look = (isIdle: boolean): void => {
    plane.clock?.beginBatch();
    const count = Atomics.load(news, 0);
    if (count === seen && !isIdle) return;
    seen = count;
    for (let message = nextMessage(); message !== undefined; message = nextMessage()) {
      if (message.kind === 'publish') applyTo(plane, message.publication);
      else orders.push(message);
    }
  };
  for (;;) {
    sockets.serve(look);
    for (let order = orders.shift(); order !== undefined; order = orders.shift()) {
      listen(sockets, order.kind === 'stop' ? [] : order.listen);
      if (order.kind === 'stop') return;
    }
  }
}

function listen(sockets: MmsgSockets, addresses: readonly ListenAddress[]): boolean {
  const failure = sockets.listen(addresses);
  if (failure === undefined) say({ kind: 'ready', sockets: sockets.open });
  else say({ kind: 'failed', transport: 'UDP', ...failure });
  return failure === undefined;
}

function nextMessage(): ToWorker | undefined {
  return (receiveMessageOnPort(port) as { message: ToWorker } | undefined)?.message;
}

function say(message: FromWorker): void {
  port.postMessage(message);
}
