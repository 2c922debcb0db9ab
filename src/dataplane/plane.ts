import type { WorkerStart } from '../snapshot/messages.ts';
import { type Publication, Snapshot } from '../snapshot/snapshot.ts';
import { assert } from '../util/assert.ts';
import { Random } from '../util/random.ts';
import { Answerer } from './answering/answer.ts';
import { BatchClock } from './answering/batch-clock.ts';
import { QueryLog } from './answering/query-log.ts';
import { Counters } from './counters.ts';
import { Stopwatch } from './stopwatch.ts';
import { Proxies } from './transports/proxies.ts';
import type { Plane } from './transports/transport.ts';

/** Makes what a worker needs to answer, from the first publication. */
export function openPlane({ seed, index, shared }: WorkerStart, publication: Publication): Plane {
  const { settings, streams } = publication;
  assert(settings !== undefined, 'the first publication says what to say of the server');
  assert(streams !== undefined, 'the first publication says who speaks for others');
  const counters = new Counters(shared.counters, index);
  if (publication.demand !== undefined) counters.takeDemand(publication.demand);
  const stopwatch = new Stopwatch(counters, () => performance.now());
  const clock = new BatchClock(Date.now);
  const queryLog = new QueryLog(index, new Random(seed), clock);
  queryLog.configure(settings.queryLog);
  return {
    answerer: new Answerer(new Random(seed), settings, clock, counters, stopwatch, queryLog),
    counters,
    snapshot: new Snapshot(publication),
    proxies: new Proxies(streams.proxies),
    queryLog,
    clock,
  };
}

/** Puts a publication in force, between two messages. */
export function applyTo({ snapshot, answerer, proxies, counters, queryLog }: Plane, publication: Publication): void {
  snapshot.apply(publication);
  if (publication.demand !== undefined) counters.takeDemand(publication.demand);
  if (publication.settings !== undefined) answerer.configure(publication.settings);
  if (publication.settings !== undefined) queryLog?.configure(publication.settings.queryLog);
  if (publication.streams !== undefined) proxies.apply(publication.streams.proxies);
}
