import type { Facts } from '../../control/facts.ts';
import { FORCES } from '../../health/overrides.ts';
import type { Breach } from '../../health/safety.ts';
import { VERSION } from '../../util/version.ts';
import { counter, type Family, gauge, type Sample, snakeCase } from './family.ts';

/** What the server is and does as a whole. */
export async function serverFamilies(facts: Facts): Promise<readonly Family[]> {
  const { done, refused, lastDoneMs } = facts.reloads;
  return [
    gauge('aya_build_info', 'The version that runs; always 1.', [{ labels: { version: VERSION }, value: 1 }]),
    counter('aya_reloads_total', 'Reloads, by what became of them.', [
      { labels: { result: 'done' }, value: done },
      { labels: { result: 'refused' }, value: refused },
    ]),
    gauge(
      'aya_config_timestamp_seconds',
      'When the configuration that is served was taken, in seconds since 1970.',
      lastDoneMs === undefined ? [] : [{ labels: {}, value: lastDoneMs / 1000 }],
    ),
    gauge('aya_publication_generation', 'The number of the last publication to the workers.', facts.generation),
    gauge('aya_workers', 'Threads that answer queries.', facts.workers),
    counter('aya_worker_deaths_total', 'Workers that died and were replaced.', facts.workerDeaths),
    counter(
      'aya_query_log_records_total',
      'Records of the query log: written; overwritten, before they could be; failed, since the file could not be written.',
      Object.entries(facts.queryLog).map(([result, value]) => ({ labels: { result }, value })),
    ),
    ...operationFamilies(facts, await facts.operations.safety.current()),
    ...processFamilies(),
  ];
}

/** Overrides, safety rules and hooks. */
function operationFamilies({ operations }: Facts, broken: readonly Breach[]): readonly Family[] {
  const overrides = operations.hand.overrides.all;
  const hooks = operations.hooks.status;
  const results = ['taken', 'failed', 'givenUp', 'dropped'] as const;
  return [
    gauge(
      'aya_overrides',
      'Overrides in force, of endpoints, regions and services.',
      FORCES.map((force) => ({ labels: { force }, value: overrides.filter((one) => one.force === force).length })),
    ),
    gauge(
      'aya_overrides_file_refused',
      'Whether the file of overrides is ignored for a mistake in it: 1 or 0.',
      operations.hand.refusal.length > 0 ? 1 : 0,
    ),
    gauge('aya_safety_rules_broken', 'Rules of safety that do not hold just now.', broken.length),
    gauge(
      'aya_hook_queue_length',
      'Changes that wait for a hook.',
      hooks.map(({ hook, waiting }) => ({ labels: { hook }, value: waiting })),
    ),
    counter(
      'aya_hook_attempts_total',
      'Tellings by what became of them: taken; failed, each attempt; given up; dropped from a full queue.',
      hooks.flatMap(({ hook, ...counts }) =>
        results.map((result): Sample => ({ labels: { hook, result: snakeCase(result) }, value: counts[result] })),
      ),
    ),
  ];
}

/** Under the names that every exporter has for them. */
function processFamilies(): readonly Family[] {
  const { user, system } = process.cpuUsage();
  return [
    counter('process_cpu_seconds_total', 'Processor time that all threads have used.', (user + system) / 1e6),
    gauge('process_resident_memory_bytes', 'Resident memory.', process.memoryUsage.rss()),
    gauge(
      'process_start_time_seconds',
      'When the process started, in seconds since 1970.',
      performance.timeOrigin / 1e3,
    ),
  ];
}
