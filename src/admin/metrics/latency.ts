import type { Facts } from '../../control/facts.ts';
import { counter, type Family, gauge, snakeCase } from './family.ts';

/** What is learned of round-trip times. */
export function latencyFamilies({ latency }: Facts): readonly Family[] {
  if (latency === undefined) return [];
  const { counts, refusedOverHttp, dropped, networks, lastRecompileMs } = latency;
  const refused = [...Object.entries(refusedOverHttp), ...Object.entries(counts?.refused ?? {})];
  const byReason = new Map<string, number>();
  for (const [reason, count] of refused) byReason.set(reason, (byReason.get(reason) ?? 0) + count);
  return [
    counter('aya_latency_reports_total', 'Reports of round-trip times that were taken.', counts?.accepted ?? 0),
    counter(
      'aya_latency_refusals_total',
      'Reports that were refused, by reason.',
      [...byReason].map(([reason, value]) => ({ labels: { reason: snakeCase(reason).replaceAll('-', '_') }, value })),
    ),
    counter('aya_latency_dropped_total', 'Reports that a full queue gave up.', dropped),
    gauge(
      'aya_latency_cells',
      'Networks, autonomous systems and countries that anything is known of.',
      counts?.cells ?? 0,
    ),
    gauge('aya_latency_networks', 'Networks whose clients are sent by their own round-trip times.', networks),
    gauge('aya_latency_recompile_duration_seconds', 'How long the last recompile took.', lastRecompileMs / 1000),
  ];
}
