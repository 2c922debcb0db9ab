import type { Facts } from '../../control/facts.ts';
import { DURATION_BOUNDS } from '../../control/telling/tally.ts';
import { labelsOf } from './endpoints.ts';
import { counter, type Family, gauge, histogram } from './family.ts';

/** What probes found, by service, region and endpoint; more coarsely where there are very many. */
export function probeFamilies({ tally, isProberSuspect }: Facts): readonly Family[] {
  const series = tally.series.map((one) => ({ ...one, labels: labelsOf(one.service, one.region, one.endpoint) }));
  const { stall, observer } = tally.ownFaults;
  return [
    histogram(
      'aya_probe_duration_seconds',
      'How long probes took, those that failed included.',
      DURATION_BOUNDS,
      series.map(({ labels, durations, durationSumSeconds }) => ({
        labels,
        counts: durations,
        sum: durationSumSeconds,
      })),
    ),
    counter(
      'aya_probe_failures_total',
      'Probes that failed, by the beginning of the reason.',
      series.flatMap(({ labels, failures }) =>
        [...failures].map(([reason, value]) => ({ labels: { ...labels, reason }, value })),
      ),
    ),
    gauge(
      'aya_probe_last_success_timestamp_seconds',
      'When a probe last passed, in seconds since 1970. Without it: never.',
      series.flatMap(({ labels, lastSuccessMs }) =>
        lastSuccessMs === undefined ? [] : [{ labels, value: lastSuccessMs / 1000 }],
      ),
    ),
    counter(
      'aya_probe_void_total',
      'Probes that count for nothing: we were late (stall), or could not look (observer).',
      [
        { labels: { fault: 'stall' }, value: stall },
        { labels: { fault: 'observer' }, value: observer },
      ],
    ),
    gauge(
      'aya_prober_suspect',
      'Whether the prober doubts itself, and holds the last good verdicts: 1 or 0.',
      isProberSuspect ? 1 : 0,
    ),
  ];
}
