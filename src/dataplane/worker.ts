import { parentPort, workerData } from 'node:worker_threads';
import type { FromWorker, ListenAddress, ToWorker, TransportName, WorkerStart } from '../snapshot/messages.ts';
import { type Publication, Snapshot } from '../snapshot/snapshot.ts';
import { assert } from '../util/assert.ts';
import { Random } from '../util/random.ts';
import { Answerer } from './answering/answer.ts';
import { Counters } from './counters.ts';
import { dgram } from './transports/dgram.ts';
import { Proxies } from './transports/proxies.ts';
import { Streams } from './transports/streams.ts';
import { tcp } from './transports/tcp.ts';
import { tls } from './transports/tls.ts';
import type { OpenTransport, Plane, Transport } from './transports/transport.ts';

/**
 * A data-plane thread: sockets of its own, and a view of the last blocks published. It logs nothing (what a worker
 * prints goes through the main thread, for which it must never wait) and needs the main thread for nothing but news.
 */
const TRANSPORTS = { UDP: dgram, TCP: tcp, TLS: tls } satisfies Record<TransportName, Transport>;

const { listen, index, seed, shared } = workerData as WorkerStart;
const counters = new Counters(shared.counters, index);
const open: OpenTransport[] = [];
let plane: Plane | undefined;

function say(message: FromWorker): void {
  parentPort?.postMessage(message);
}

async function begin(publication: Publication): Promise<void> {
  const { settings: ofAnswers, streams: settings } = publication;
  assert(ofAnswers !== undefined, 'the first publication says what to say of the server');
  assert(settings !== undefined, 'the first publication says how to treat connections');
  plane = {
    answerer: new Answerer(new Random(seed), ofAnswers, Date.now),
    counters,
    snapshot: new Snapshot(publication),
    streams: new Streams(settings, shared, index, counters),
    proxies: new Proxies(settings.proxies),
    ticketKeys: shared.ticketKeys,
  };
  for (const address of listen) {
    for (const name of address.over) if (!(await openOne(plane, name, address))) return;
  }
  say({ kind: 'ready' });
}

async function openOne(into: Plane, transport: TransportName, address: ListenAddress): Promise<boolean> {
  try {
    open.push(await TRANSPORTS[transport].open(into, address));
    return true;
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    say({ kind: 'failed', listen: address, transport, code });
    return false;
  }
}

function apply({ answerer, snapshot, streams, proxies }: Plane, publication: Publication): void {
  snapshot.apply(publication);
  if (publication.settings !== undefined) answerer.configure(publication.settings);
  if (publication.streams === undefined) return;
  proxies.apply(publication.streams.proxies);
  streams.apply(publication.streams);
}

async function stop(): Promise<void> {
  await Promise.all(open.map((transport) => transport.drain()));
  parentPort?.close(); // the last thing that keeps the thread
}

assert(parentPort !== null, 'this file runs as a worker thread');
parentPort.on('message', (message: ToWorker) => {
  if (message.kind === 'stop') void stop();
  else if (plane === undefined) void begin(message.publication);
  else apply(plane, message.publication);
});
