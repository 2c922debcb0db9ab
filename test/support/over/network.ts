import { MessageChannel, type MessagePort, receiveMessageOnPort, Worker } from 'node:worker_threads';
import type { Blocks } from '../../../src/compile/world.ts';
import { preferredUdp } from '../../../src/control/workers/crew.ts';
import type { UdpTransport } from '../../../src/snapshot/messages.ts';
import type { PlaneSettings } from '../../../src/snapshot/settings.ts';
import type { StreamSettings } from '../../../src/snapshot/streams.ts';
import { DOT_PAIR } from '../tls-client.ts';
import { CLIENT, type Way } from '../way.ts';
import type { AskingStart, Channel, Order, Outcome } from './order.ts';

/** What carries a query of which nobody says over what it comes. */
export type Over = UdpTransport | 'tcp' | 'tls';

const USUAL: Readonly<Record<Over, Channel>> = { mmsg: 'UDP', dgram: 'UDP', tcp: 'TCP', tls: 'TLS' };

/** After which something is wrong with the thread that asks: starting workers and a lost query are done by then. */
const OUTCOME_MS_MAX = 25_000;

/** What a server is told of connections, where nothing else is said. */
const IDLE_MS = 10_000;
const LOOPBACK = { address: { family: 4, bytes: Uint8Array.of(127, 0, 0, 0) }, length: 8 } as const;

const streamsOf = (idleMs: number): StreamSettings => ({
  idleMs,
  ...{ connectionsMax: 1000, perNetworkMax: 1000 },
  proxies: [LOOPBACK],
  tls: DOT_PAIR,
});

/** Real workers in this process, on sockets of 127.0.0.1: one of each kind, for all worlds that are asked, in turn. */
class Network {
  readonly #over: Over;
  readonly #port: MessagePort;
  readonly #signal = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
  #worlds = 0;

  constructor(over: Over) {
    this.#over = over;
    const { port1, port2 } = new MessageChannel();
    this.#port = port1;
    const udp = over === 'mmsg' || over === 'dgram' ? over : preferredUdp();
    const workerData: AskingStart = { udp, port: port2, signal: this.#signal.buffer as SharedArrayBuffer };
    const options = {
      workerData,
      transferList: [port2],
      // The workers that it starts inherit it.
      execArgv: ['--import', new URL('worker-clock.ts', import.meta.url).href],
    };
    // It ends with this process.
    new Worker(new URL('asking-thread.ts', import.meta.url), options).unref();
  }

  /** A number for blocks that were not asked before. */
  newWorld(): number {
    return ++this.#worlds;
  }

  channelOf({ isStream, isEncrypted }: Way): Channel {
    const usual = USUAL[this.#over];
    if (isEncrypted === true) return 'TLS';
    if (isStream === false) return 'UDP';
    if (isStream === true || isEncrypted === false) return usual === 'TLS' && isEncrypted !== false ? 'TLS' : 'TCP';
    return usual;
  }

  /** The answer over the network, waited for here. Throws where there is more than one, or the workers can't be had. */
  ask(order: Order): Uint8Array | undefined {
    Atomics.store(this.#signal, 0, 0);
    this.#port.postMessage(order);
    Atomics.wait(this.#signal, 0, 0, OUTCOME_MS_MAX);
    const outcome = (receiveMessageOnPort(this.#port) as { message: Outcome } | undefined)?.message;
    if (outcome === undefined) throw new Error('the thread that asks says nothing');
    if ('error' in outcome) throw new Error(outcome.error);
    return outcome.response;
  }
}

let network: Network | undefined;

/** Answers bytes with bytes, by real workers: what {@link Answering} does in this process. */
export function overNetwork(over: Over, blocks: Blocks, settings: PlaneSettings, nowMs: () => number) {
  network ??= new Network(over);
  const asked = network;
  /** By how long connections may be idle, the number of this world with that. */
  const worlds = new Map<number, number>();
  return (octets: Uint8Array, way: Way): Uint8Array | undefined => {
    const { from = CLIENT, idleMs = IDLE_MS } = way;
    const world = worlds.get(idleMs) ?? asked.newWorld();
    worlds.set(idleMs, world);
    const published = { ...blocks, settings, streams: streamsOf(idleMs) };
    return asked.ask({ world, blocks: published, nowMs: nowMs(), channel: asked.channelOf(way), from, octets });
  };
}
