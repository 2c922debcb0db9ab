import type { Facts } from '../../control/facts.ts';
import { RCODE } from '../../dns/constants.ts';
import { typeToText } from '../../dns/types.ts';
import { counter, type Family, histogram, type Sample, snakeCase } from './family.ts';

const RCODE_NAMES = new Map<number, string>(Object.entries(RCODE).map(([name, code]) => [code, name]));

/** Counters that are labels of one metric: what came, by what brought it. */
const BY_TRANSPORT = /^(udp|tcp|tls)(Ipv[46])$/;

/** In nanoseconds, and told as the sum of the histogram. */
const TIMED = 'timedNs';

/** What the data plane has counted: numbers that workers keep in shared memory, added up when somebody asks. */
export function dataplaneFamilies({ counts, queries, demand }: Facts): readonly Family[] {
  const { answers, latency } = queries;
  return [
    counter('aya_dns_messages_total', 'Messages that came, by transport and family.', byTransport(counts)),
    counter(
      'aya_dns_answers_total',
      'Answers, by type and response code.',
      answers.map(({ type, rcode, count }) => ({
        labels: { type: type === undefined ? 'other' : typeToText(type), rcode: RCODE_NAMES.get(rcode) ?? `${rcode}` },
        value: count,
      })),
    ),
    histogram(
      'aya_dns_answer_duration_seconds',
      'How long it took to make an answer, of one in so many; receiving and sending are not in it.',
      latency.boundsNs.map((ns) => ns / 1e9),
      [{ labels: {}, counts: latency.counts, sum: latency.sumNs / 1e9 }],
    ),
    counter('aya_service_answers_total', 'Answers that the service gave.', byName('service', demand.services)),
    counter(
      'aya_region_answers_total',
      'Answers whose first endpoint the region has.',
      byName('region', demand.regions),
    ),
    ...Object.entries(counts)
      .filter(([name]) => !BY_TRANSPORT.test(name) && name !== TIMED)
      .map(([name, value]) => counter(`aya_dns_${snakeCase(name)}_total`, `Of the workers: ${inWords(name)}.`, value)),
  ];
}

function byTransport(counts: Facts['counts']): readonly Sample[] {
  return Object.entries(counts).flatMap(([name, value]) => {
    const [, transport, family] = BY_TRANSPORT.exec(name) ?? [];
    if (transport === undefined || family === undefined) return [];
    return [{ labels: { transport, family: family.toLowerCase() }, value }];
  });
}

/** As many as the configuration has, and those that it had since the start. */
function byName(label: string, numbers: ReadonlyMap<string, number>): readonly Sample[] {
  return [...numbers].map(([name, value]) => ({ labels: { [label]: name }, value }));
}

function inWords(name: string): string {
  return snakeCase(name).replaceAll('_', ' ');
}
