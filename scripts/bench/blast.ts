import { OPTION } from '../../src/dns/constants.ts';
import { Random } from '../../src/util/random.ts';
import { Asker } from './asker.ts';
import { makeQuery } from './messages.ts';

/**
 * A load generator in a process of its own (load.ts): over several sockets, it keeps `window` queries unanswered for a
 * time, or sends so many a second whatever comes back, and counts what does. A query of which nothing is heard for a
 * while is lost, and its place is used again. It never sleeps: what it costs is not the server's.
 */
export interface BlastOptions {
  readonly port: number;
  /** What is asked for, in turn; each with a client subnet of its own if there are QUERY_VARIANTS of them or more. */
  readonly names: readonly string[];
  readonly seconds: number;
  readonly window: number;
  readonly seed: number;
  /**
   * Queries a second, and what is under way at the end is waited for; undefined: as many as the window lets through.
   */
  readonly perSecond?: number;
  /** How many sockets ask: the kernel deals them out to the workers, not queries. */
  readonly sockets?: number;
  /** How long it sleeps when there is nothing to do: for a processor that it shares with a worker. */
  readonly restMs?: number;
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

/** What is said when queries are made, and the first is about to be sent. */
export const STARTED = 'started';

const SOCKETS = 16;
const SWEEP_MS = 250;
const QUERY_VARIANTS = 20_000;
const DRAIN_MS_MAX = 1_500;

function blast(options: BlastOptions): BlastResult {
  const { port, seconds, window, perSecond, sockets = SOCKETS } = options;
  const queries = queriesOf(options);
  const latencies = new Latencies();
  const perSocket = Math.max(1, Math.floor(window / sockets));
  const askers = Array.from({ length: sockets }, (_, index) => {
    const start = Math.floor((index * queries.length) / sockets);
    return new Asker(port, queries, start, perSocket, (ms) => latencies.add(ms));
  });
  process.send?.(STARTED);
  const endMs = performance.now() + seconds * 1000;
  if (perSecond === undefined)
    turnUntil(
      () => performance.now() >= endMs,
      askers,
      () => askAll(askers),
    );
  else {
    turnUntil(() => performance.now() >= endMs, askers, askingAt(askers, perSecond), options.restMs);
    const isOver = (): boolean => performance.now() >= endMs + DRAIN_MS_MAX || askers.every(({ isDone }) => isDone);
    turnUntil(isOver, askers, () => {}, options.restMs);
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

function queriesOf({ names, seed }: BlastOptions): Uint8Array[] {
  const random = new Random(seed);
  const subnet = (): Buffer => Buffer.of(0, 1, 24, 0, 1 + random.below(223), random.below(256), random.below(256));
  return Array.from({ length: Math.max(QUERY_VARIANTS, names.length) }, (_, index) =>
    makeQuery(names[index % names.length], [{ code: OPTION.CLIENT_SUBNET, data: subnet() }]),
  );
}

/** Asks, takes in what has come, and gives up what is lost, over and over. */
function turnUntil(isOver: () => boolean, askers: readonly Asker[], ask: () => void, restMs = 0): void {
  const never = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
  let sweepMs = performance.now() + SWEEP_MS;
  while (!isOver()) {
    ask();
    for (const asker of askers) asker.receive();
    if (restMs > 0) Atomics.wait(never, 0, 0, restMs);
    if (performance.now() < sweepMs) continue;
    for (const asker of askers) asker.giveUp();
    sweepMs += SWEEP_MS;
  }
}

function askAll(askers: readonly Asker[]): void {
  for (const asker of askers) asker.ask(Number.POSITIVE_INFINITY);
}

/** Has what is due by now asked by one of them after the other. What does not fit is due in the next turn. */
function askingAt(askers: readonly Asker[], perSecond: number): () => void {
  const startMs = performance.now();
  let asked = 0;
  let turn = 0;
  return () => {
    const due = Math.floor(((performance.now() - startMs) * perSecond) / 1000) - asked;
    if (due > 0) asked += askers[turn++ % askers.length].ask(due);
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

process.once('message', (options: BlastOptions) => {
  process.send?.(blast(options), () => process.disconnect());
});
