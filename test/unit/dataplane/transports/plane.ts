import type { Answerer } from '../../../../src/dataplane/answering/answer.ts';
import { Counters } from '../../../../src/dataplane/counters.ts';
import { Proxies } from '../../../../src/dataplane/transports/proxies.ts';
import { Streams } from '../../../../src/dataplane/transports/streams.ts';
import type { LoopPlane } from '../../../../src/dataplane/transports/transport.ts';
import { type Prefix, parsePrefix } from '../../../../src/net/prefix.ts';
import { sumCounters } from '../../../../src/snapshot/counters.ts';
import type { Snapshot } from '../../../../src/snapshot/snapshot.ts';
import { makeSharedStreams, type SharedStreams, type StreamSettings } from '../../../../src/snapshot/streams.ts';

export const ROOMY: StreamSettings = {
  idleMs: 60_000,
  connectionsMax: 1000,
  perNetworkMax: 1000,
  proxies: [],
  tls: undefined,
};

const CHANNEL = /Ipv[46]$/;

/** What transports need of a worker, with an answerer that sends every message back, followed by zeros up to a length. */
export class TestPlane implements LoopPlane {
  readonly snapshot = {} as Snapshot;
  readonly answerer: Answerer;
  readonly streams: Streams;
  readonly proxies: Proxies;
  readonly counters: Counters;
  readonly ticketKeys = new Uint8Array(48);
  readonly shared: SharedStreams;

  constructor(settings: Partial<StreamSettings> = {}, answerBytes = 0, shared = sharedStreams(1), index = 0) {
    const all = { ...ROOMY, ...settings };
    this.shared = shared;
    this.counters = new Counters(shared.counters, index);
    this.streams = new Streams(all, shared, index, this.counters);
    this.proxies = new Proxies(all.proxies);
    this.answerer = echo(answerBytes) as unknown as Answerer;
  }

  /** Those that are not 0, but for messages by what brought them. */
  get counts(): Record<string, number> {
    return Object.fromEntries(this.#counted.filter(([name]) => !CHANNEL.test(name)));
  }

  /** How many messages came, by what brought them; those that are not 0. */
  get messages(): Record<string, number> {
    return Object.fromEntries(this.#counted.filter(([name]) => CHANNEL.test(name)));
  }

  get #counted(): [string, number][] {
    return Object.entries(sumCounters(this.shared.counters)).filter(([, count]) => count > 0);
  }
}

export function sharedStreams(workers: number): SharedStreams {
  return makeSharedStreams(workers, { networkSeed: 1, ticketKeys: new Uint8Array(48) });
}

export function network(text: string): Prefix {
  const parsed = parsePrefix(text);
  if (!parsed.ok) throw new Error(`${text} ${parsed.reason}`);
  return parsed.prefix;
}

function echo(answerBytes: number): Pick<Answerer, 'out' | 'answer'> {
  return {
    out: new Uint8Array(0xffff),
    answer(_snapshot, message, length) {
      this.out.set(message.subarray(0, length));
      return Math.max(length, answerBytes);
    },
  };
}
