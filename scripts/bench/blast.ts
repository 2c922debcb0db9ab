import { availableParallelism } from 'node:os';
import { parentPort, workerData } from 'node:worker_threads';
import { pinThread } from '../../src/dataplane/ffi/affinity.ts';
import { OPTION } from '../../src/dns/constants.ts';
import { Random } from '../../src/util/random.ts';
import { Asker } from './asker.ts';
import { makeQuery } from './messages.ts';

/**
 * A load generator in a thread of its own: keeps `window` queries unanswered over several sockets, for a time, and
 * counts what comes back. A query of which nothing is heard for a while is lost, and its place is used again. It takes
 * the last processor for itself, and never sleeps: what it costs is not the server's.
 */
export interface BlastOptions {
  readonly port: number;
  readonly names: readonly string[];
  readonly seconds: number;
  readonly window: number;
  readonly seed: number;
}

export interface BlastResult {
  readonly sent: number;
  readonly answered: number;
  readonly lost: number;
  /** Answers to what was not asked. */
  readonly wrong: number;
  readonly latencyMsP50: number;
  readonly latencyMsP99: number;
}

const SOCKETS = 16;
const SWEEP_MS = 250;
const QUERY_VARIANTS = 20_000;

function blast({ port, names, seconds, window, seed }: BlastOptions): BlastResult {
  const random = new Random(seed);
  const subnet = (): Buffer => Buffer.of(0, 1, 24, 0, 1 + random.below(223), random.below(256), random.below(256));
  const queries = Array.from({ length: QUERY_VARIANTS }, (_, index) =>
    makeQuery(names[index % names.length], [{ code: OPTION.CLIENT_SUBNET, data: subnet() }]),
  );
  const latencies = new Latencies();
  const perSocket = Math.max(1, Math.floor(window / SOCKETS));
  const askers = Array.from({ length: SOCKETS }, (_, index) => {
    const start = Math.floor((index * QUERY_VARIANTS) / SOCKETS);
    return new Asker(port, queries, start, perSocket, (ms) => latencies.add(ms));
  });
  const end = performance.now() + seconds * 1000;
  let sweepMs = performance.now() + SWEEP_MS;
  for (let nowMs = performance.now(); nowMs < end; nowMs = performance.now()) {
    for (const asker of askers) asker.turn();
    if (nowMs < sweepMs) continue;
    for (const asker of askers) asker.giveUp();
    sweepMs += SWEEP_MS;
  }
  for (const asker of askers) asker.close();
  const sum = (of: (asker: Asker) => number): number => askers.reduce((total, asker) => total + of(asker), 0);
  return {
    sent: sum(({ sent }) => sent),
    answered: sum(({ answered }) => answered),
    lost: sum(({ lost }) => lost),
    wrong: sum(({ wrong }) => wrong),
    latencyMsP50: latencies.quantile(0.5),
    latencyMsP99: latencies.quantile(0.99),
  };
}

/** Counts by hundredths of a millisecond: nothing is kept for each answer. */
class Latencies {
  readonly #counts = new Uint32Array(100_000);
  #total = 0;

  add(ms: number): void {
    this.#counts[Math.min(this.#counts.length - 1, Math.floor(ms * 100))]++;
    this.#total++;
  }

  /** In milliseconds. */
  quantile(q: number): number {
    let left = q * this.#total;
    const at = this.#counts.findIndex((count) => {
      left -= count;
      return left < 0;
    });
    return at === -1 ? Number.NaN : at / 100;
  }
}

if (availableParallelism() > 1) pinThread(availableParallelism() - 1);
parentPort?.postMessage(blast(workerData as BlastOptions));
