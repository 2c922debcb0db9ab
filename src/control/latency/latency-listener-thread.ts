import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import type { Server } from 'node:http';
import { parentPort } from 'node:worker_threads';
import { type Prefix, parsePrefix } from '../../net/prefix.ts';
import { assert } from '../../util/assert.ts';
import { BatchQueue } from './batch-queue.ts';
import { ClientNetworks } from './forwarded.ts';
import { BOUNDS, latencyServer } from './latency-server.ts';
import { type Measurement, packed } from './measurement.ts';
import {
  type FromListener,
  HTTP_REFUSALS,
  type HttpRefusal,
  type ListenerSettings,
  type ToListener,
} from './messages.ts';
import { credentialsDigest, type Reception } from './reception.ts';
import { RequestLimit } from './request-limit.ts';
import { beaconScript } from './script.ts';

/**
 * Listens for measurements, for latency/intake.ts: they are handed over in batches, the next when that before was
 * taken.
 */

/** What waits while the control plane is busy. */
const QUEUE_MAX = 20_000;
/** The control plane takes some ten microseconds for each. */
const BATCH_MAX = 500;
/** Measurements are gathered for so long: nobody is in a hurry for them. */
const GATHER_MS = 50;

assert(parentPort !== null, 'this file runs as a worker thread');
const port = parentPort;
const limit = new RequestLimit(randomBytes(8).toString('hex'));
const queue = new BatchQueue<Measurement>(QUEUE_MAX);
let refused = noRefusals();
let droppedBefore = 0;
let isHandedOver = false;
let isGathering = false;
let reception: Reception | undefined;
let listening: { readonly server: Server; readonly host: string; readonly port: number } | undefined;

function noRefusals(): Record<HttpRefusal, number> {
  return Object.fromEntries(HTTP_REFUSALS.map((why) => [why, 0])) as Record<HttpRefusal, number>;
}

function tell(message: FromListener): void {
  port.postMessage(message);
}

function gather(): void {
  if (isGathering || isHandedOver) return;
  isGathering = true;
  setTimeout(handOver, queue.length >= BATCH_MAX ? 0 : GATHER_MS);
}

function handOver(): void {
  isGathering = false;
  isHandedOver = true;
  tell({ kind: 'batch', measurements: packed(queue.take(BATCH_MAX)), refused, dropped: queue.dropped - droppedBefore });
  droppedBefore = queue.dropped;
  refused = noRefusals();
}

function receptionOf({ proxies, regions, objects, agents, reportsPerMinute }: ListenerSettings): Reception {
  return {
    clients: new ClientNetworks(
      proxies.flatMap((text): readonly Prefix[] => {
        const parsed = parsePrefix(text);
        return parsed.ok ? [parsed.prefix] : [];
      }),
    ),
    regions: new Set(regions),
    agents: new Map([...agents].map(([name, token]) => [credentialsDigest(`Bearer ${token}`), name])),
    ...{ reportsPerMinute, limit },
    script: () => beaconScript(objects, Math.random),
    take(measurement) {
      queue.push(measurement);
      gather();
    },
    refuse(why) {
      refused[why]++;
      gather();
    },
  };
}

async function listen(settings: ListenerSettings): Promise<void> {
  reception = receptionOf(settings);
  if (listening?.host !== settings.host || listening.port !== settings.port) {
    listening?.server.close();
    listening?.server.closeAllConnections();
    listening = undefined;
    const server = latencyServer(() => {
      assert(reception !== undefined, 'it listens by settings');
      return reception;
    }, BOUNDS);
    server.listen(settings.port, settings.host);
    await once(server, 'listening');
    listening = { server, host: settings.host, port: settings.port };
  }
  tell({ kind: 'listening' });
}

let turn = Promise.resolve();
port.on('message', (message: ToListener) => {
  if (message.kind === 'settings') {
    turn = turn
      .then(() => listen(message.settings))
      .catch((error: unknown) => tell({ kind: 'fault', why: (error as Error).message }));
    return;
  }
  isHandedOver = false;
  if (queue.length > 0 || HTTP_REFUSALS.some((why) => refused[why] > 0)) gather();
});
