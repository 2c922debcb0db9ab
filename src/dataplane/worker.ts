import { parentPort, workerData } from 'node:worker_threads';
import type { FromWorker, ListenAddress, ToWorker, TransportName, WorkerStart } from '../snapshot/messages.ts';
import type { Publication } from '../snapshot/snapshot.ts';
import { assert } from '../util/assert.ts';
import { applyTo, openPlane } from './plane.ts';
import { Streams } from './transports/streams.ts';
import type { LoopPlane, OpenTransport, Transport } from './transports/transport.ts';

/**
 * A data-plane thread with an event loop: sockets of its own, and a view of the last blocks published. It logs nothing,
 * because what a worker prints goes through the main thread, for which it must never wait. From the main thread it
 * needs nothing but news.
 */
assert(parentPort !== null, 'this file runs as a worker thread');

/** Each is loaded only if something listens over it: TLS alone is a quarter of what such a thread takes to start. */
const TRANSPORTS: Readonly<Record<TransportName, () => Promise<Transport>>> = {
  UDP: async () => (await import('./transports/dgram.ts')).dgram,
  TCP: async () => (await import('./transports/tcp.ts')).tcp,
  TLS: async () => (await import('./transports/tls.ts')).tls,
};

const start = workerData as WorkerStart;
const open = new Map<string, OpenTransport>();
let plane: LoopPlane | undefined;
/** Openings and closings, one after the other. */
let queue: Promise<unknown> = Promise.resolve();

function say(message: FromWorker): void {
  parentPort?.postMessage(message);
}

function begin(publication: Publication): LoopPlane {
  const { shared, index } = start;
  const of = openPlane(start, publication);
  assert(publication.streams !== undefined, 'the first publication says how to treat connections');
  const streams = new Streams(publication.streams, shared, index, of.counters);
  return { ...of, streams, ticketKeys: shared.ticketKeys };
}

/** Opens what is not open, then drains what is not wanted. If one can't be opened, nothing changes. */
async function listen(into: LoopPlane, addresses: readonly ListenAddress[]): Promise<void> {
  const opened = new Map<string, OpenTransport>();
  const wanted = addresses.flatMap((address) =>
    address.over.map((name) => ({ address, name, key: keyOf(address, name) })),
  );
  for (const { address, name, key } of wanted) {
    if (open.has(key) || opened.has(key)) continue;
    try {
      const transport = await TRANSPORTS[name]();
      opened.set(key, await transport.open(into, address));
    } catch (error) {
      for (const transport of opened.values()) await transport.drain();
      say({ kind: 'failed', listen: address, transport: name, code: codeOf(error) });
      return;
    }
  }
  const unwanted = [...open.entries()].filter(([key]) => wanted.every((one) => one.key !== key));
  for (const [key, transport] of opened) open.set(key, transport);
  for (const [key] of unwanted) open.delete(key);
  await Promise.all(unwanted.map(([, transport]) => transport.drain()));
  say({ kind: 'ready', sockets: [] }); // Node.js closes them with the thread
}

function keyOf({ host, port }: ListenAddress, transport: TransportName): string {
  return `${host} ${port} ${transport}`;
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : String(error);
}

function apply(to: LoopPlane, publication: Publication): void {
  applyTo(to, publication);
  if (publication.streams !== undefined) to.streams.apply(publication.streams);
}

async function stop(): Promise<void> {
  await Promise.all([...open.values()].map((transport) => transport.drain()));
  parentPort?.close(); // the last thing that keeps the thread
}

// The world may still be in the making.
for (const { over } of start.listen) for (const name of over) void TRANSPORTS[name]();
parentPort.on('message', (message: ToWorker) => {
  if (message.kind === 'stop') {
    queue = queue.then(stop);
  } else if (message.kind === 'publish') {
    if (plane !== undefined) return apply(plane, message.publication);
    plane = begin(message.publication);
    const to = plane;
    queue = queue.then(() => listen(to, start.listen));
  } else {
    const to = plane;
    assert(to !== undefined, 'the first message is a publication');
    queue = queue.then(() => listen(to, message.listen));
  }
});
