import type { Loaded, Problem } from '../../util/problem.ts';
import { returnLargeBlocks } from '../allocator.ts';
import { failedTests } from '../inspection.ts';
import { warnOfAnswerSource } from '../listening/answer-source.ts';
import { inStartTurn } from '../listening/start-turn.ts';
import { takeoverOf } from '../listening/takeover.ts';
import type { Serving } from '../loader.ts';
import { logProblems } from '../log.ts';
import { startProblemsOf } from '../thread-error.ts';
import { chooseCpus } from '../workers/cpus.ts';
import type { WorkerPool } from '../workers/pool.ts';
import type { Parts } from './parts.ts';

/** How a server starts. */
export interface StartOptions {
  /** Whether an Aya that has the addresses already is to leave, and is no problem. */
  readonly isTakeover: boolean;
  /** Called once queries are answered, with the processes that are to leave now. */
  readonly onPredecessors: (pids: readonly number[]) => void;
}

/**
 * Reads, compiles, observes, and opens the sockets.
 * @returns nothing when queries are answered, else every problem: then the caller stops what has been started.
 */
export async function start(parts: Parts, options: StartOptions): Promise<readonly Problem[]> {
  await parts.watcher.watch([parts.file]);
  try {
    const prepared = await prepare(parts);
    if (!prepared.ok) return prepared.problems;
    const { pool, serving } = prepared.value;
    return await inStartTurn(pool.listen, parts.log, () => open(parts, pool, serving, options));
  } catch (error) {
    return startProblemsOf(error);
  }
}

/** Makes the first world while the workers load their code. */
async function prepare({ loader, served, latency }: Parts): Promise<Loaded<{ pool: WorkerPool; serving: Serving }>> {
  const read = await loader.read(undefined);
  if (!read.ok) return read;
  const { config } = read.value;
  const cpus = chooseCpus(config.server.cpus);
  if (!cpus.ok) return cpus;
  // Before databases are read and the world is compiled: that is done on other processors.
  const pool = served.boot(config, cpus.value);
  const located = loader.locate(config);
  returnLargeBlocks();
  const ground = await located;
  if (!ground.ok) return ground;
  // A start waits for what was learned before: else its first answers would send clients elsewhere.
  await latency.configure(config, ground.value.map, ground.value.countries);
  return { ok: true, value: { pool, serving: loader.compile(read.value, ground.value) } };
}

async function open(
  { log, served, onConfig }: Parts,
  pool: WorkerPool,
  serving: Serving,
  { isTakeover, onPredecessors }: StartOptions,
): Promise<readonly Problem[]> {
  const { config } = serving;
  const takeover = await takeoverOf(pool.listen, isTakeover);
  if (!takeover.ok) return takeover.problems;
  const predecessors = takeover.value;
  await served.operations.serve(config);
  // The addresses of a predecessor's API can't be shared: they are taken when it has left.
  if (predecessors.length === 0) await onConfig(config);
  await served.observeNext(config);
  await pool.start(served.blocksOf(serving));
  served.serve(serving);
  // Serving with failed tests is better than not serving: they passed, or nobody looked, when this was written.
  logProblems(log, 'warn', failedTests(serving, Date.now()), 'config test failed');
  served.operations.hand.warnOfUnknown();
  served.logServing('serving');
  if (pool.transport === 'dgram') warnOfAnswerSource(pool.listen, log);
  if (predecessors.length > 0) onPredecessors(predecessors);
  return [];
}
