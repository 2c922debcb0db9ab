import { isDeepStrictEqual } from 'node:util';
import { assert } from '../../util/assert.ts';
import type { Problem } from '../../util/problem.ts';
import { problemsOfNext } from '../inspection.ts';
import { warnOfAnswerSource } from '../listening/answer-source.ts';
import { findTaken, ListenError, overlap } from '../listening/ports.ts';
import type { Serving } from '../loader.ts';
import { logProblems } from '../log.ts';
import { listenAddresses } from '../streams.ts';
import { startProblemsOf } from '../thread-error.ts';
import type { Parts } from './parts.ts';

/** How a reload is asked for. */
export interface ReloadOptions {
  /** Whether it is done even against failed tests, a bound on moved clients, and the rules of safety. */
  readonly isUnsafe: boolean;
  /** Who asks; undefined: a signal, or a file that changed. */
  readonly who: string | undefined;
}

/**
 * Loads everything again and serves it, in a server that serves already.
 * @returns nothing when it is served, else why it is not: what was served goes on being served then.
 */
export async function reload(parts: Parts, { isUnsafe, who }: ReloadOptions): Promise<readonly Problem[]> {
  const { file, log, watcher, loader, served, queryLog } = parts;
  queryLog.reopen();
  await watcher.acknowledge();
  const loaded = await loader.load(served.serving);
  if (!loaded.ok) return loaded.problems;
  const next = loaded.value;
  const doubts = problemsOfNext(served.serving, next, Date.now());
  if (doubts.length > 0 && !isUnsafe) return doubts;
  logProblems(log, 'warn', doubts, 'reloading all the same');
  await served.observeNext(next.config);
  try {
    const observation = served.observationOf(next.config);
    const unsafe = await served.operations.problemsOfReload(file, observation, isUnsafe, who);
    if (unsafe.length > 0) return unsafe;
    await switchTo(next, parts);
    return [];
  } catch (error) {
    return startProblemsOf(error);
  } finally {
    served.observeServed();
  }
}

async function switchTo(next: Serving, parts: Parts): Promise<void> {
  const { config } = next;
  await publish(next, parts);
  await parts.served.operations.serve(config);
  await parts.onConfig(config);
  await parts.latency.configure(config, next.ground, next.countries);
}

/** To the workers that there are where that will do; else to as many as are asked for now, at the addresses of now. */
async function publish(next: Serving, { log, served }: Parts): Promise<void> {
  const { serving, pool } = served;
  assert(serving !== undefined && pool !== undefined, 'a server serves before it reloads');
  next.world.remember(serving.world);
  const { cpus, workers } = next.config.server;
  if (!isDeepStrictEqual(cpus, serving.config.server.cpus)) {
    log.warn({ cpus }, 'server.cpus is read at the start alone');
  }
  const listen = listenAddresses(next.config.server);
  if (isDeepStrictEqual(pool.listen, listen) && pool.size === workers) {
    pool.publish(served.blocksOf(next));
    served.serve(next);
    return;
  }
  const taken = await findTaken(listen.filter((address) => !pool.listen.some((own) => overlap(own, address))));
  if (taken.length > 0) throw new ListenError(taken);
  await pool.change(listen, workers, () => {
    const blocks = served.blocksOf(next);
    served.serve(next); // at once with its publication, and not before: slots are numbers of one world
    return blocks;
  });
  if (pool.transport === 'dgram') warnOfAnswerSource(pool.listen, log);
}
