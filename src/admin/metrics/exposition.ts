import type { Metric } from 'prom-client';
import type { Facts } from '../../control/facts.ts';
import { dataplaneFamilies } from './dataplane.ts';
import { endpointFamilies } from './endpoints.ts';
import type { Family } from './family.ts';
import { latencyFamilies } from './latency.ts';
import { probeFamilies } from './probes.ts';
import { serverFamilies } from './server.ts';

/** The text format of Prometheus. */
export const METRICS_CONTENT_TYPE = 'text/plain; version=0.0.4; charset=utf-8';

/** All metrics, as they are just now. */
export async function familiesOf(facts: Facts): Promise<readonly Family[]> {
  return [
    ...(await serverFamilies(facts)),
    ...(await endpointFamilies(facts)),
    ...probeFamilies(facts),
    ...dataplaneFamilies(facts),
    ...latencyFamilies(facts),
  ];
}

/**
 * In the text format of Prometheus. What writes it is loaded with the first scrape: most of a server's life needs none.
 */
export async function expositionOf(families: readonly Family[]): Promise<string> {
  const { Registry } = await import('prom-client');
  const registry = new Registry();
  for (const family of families) registry.registerMetric(asMetric(family));
  return registry.metrics();
}

/**
 * A registry takes anything that has a name and can be asked for its values. So values are read from where they are
 * counted: counting them a second time, with labels to look up, would cost each probe more than it costs now.
 */
function asMetric(family: Family): Metric {
  return { ...family, get: async () => family } as unknown as Metric;
}
