import { setEnvironmentData, workerData } from 'node:worker_threads';
import { WorkerPool } from '../../../src/control/workers/pool.ts';
import { freePort } from '../aya.ts';
import { exchange, type Ports } from './exchange.ts';
import type { AskingStart, Order, Outcome } from './order.ts';
import { CLOCK } from './worker-clock.ts';

/** A thread that has real workers, and asks them what it is told to: the test waits for it without an event loop. */
const { udp, port: outside, signal } = workerData as AskingStart;
const HOST = '127.0.0.1';

const clock = new SharedArrayBuffer(Float64Array.BYTES_PER_ELEMENT);
setEnvironmentData(CLOCK, clock);

const port = await freePort();
const ports: Ports = { UDP: port, TCP: port, TLS: await freePort() };
const listen = [
  { host: HOST, family: 4, port, over: ['UDP', 'TCP'] },
  { host: HOST, family: 4, port: ports.TLS, over: ['TLS'] },
] as const;
const pool = new WorkerPool(listen, 1, udp);
/** The world that is served: none yet. */
let served = 0;

async function serve({ world, blocks }: Order): Promise<void> {
  if (world === served) return;
  // It resolves when all workers have the world, which publish() does not wait for.
  if (served === 0) await pool.start(blocks);
  else await pool.change(listen, 1, () => blocks);
  served = world;
}

async function obey(order: Order): Promise<Outcome> {
  try {
    new Float64Array(clock)[0] = order.nowMs;
    await serve(order);
    return { response: await exchange(order.channel, ports, order.from, order.octets) };
  } catch (error) {
    return { error: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
}

outside.on('message', async (order: Order) => {
  outside.postMessage(await obey(order));
  Atomics.store(new Int32Array(signal), 0, 1);
  Atomics.notify(new Int32Array(signal), 0);
});
