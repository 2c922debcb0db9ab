import { describe, expect, test } from 'vitest';
import { expositionOf } from '../../src/admin/metrics/exposition.ts';
import { counter, gauge, histogram } from '../../src/admin/metrics/family.ts';
import { zone } from '../blackbox/zone.ts';
import { freePort, startAya } from '../support/aya.ts';
import { type ParsedFamily, parseExposition } from '../support/exposition.ts';

/** The names that every exporter has for its own process. */
const PROCESS = /^process_(cpu_seconds_total|resident_memory_bytes|start_time_seconds)$/;

const NO_BASE_UNIT = /_(ms|milliseconds|minutes|hours|days|micros|nanos|ns|kilobytes|megabytes|percent|kb|mb)(_|$)/;

/** What is wrong with a metric by the rules of Prometheus for names, and by our own. */
function faultsOf({ name, type, help, samples }: ParsedFamily): readonly string[] {
  const labels = [...new Set(samples.flatMap(({ labels: own }) => Object.keys(own)))];
  const faults: readonly (readonly [string, boolean])[] = [
    ['begins with aya_', !name.startsWith('aya_') && !PROCESS.test(name)],
    ['is in snake case', !/^[a-z][a-z0-9]*(_[a-z0-9]+)*$/.test(name)],
    ['is a counter and ends in _total', (type === 'counter') !== name.endsWith('_total')],
    ['has a base unit', NO_BASE_UNIT.test(name)],
    [
      'names a duration or time in seconds',
      /_(duration|timestamp|age|latency)(_|$)/.test(name) && !/_seconds(_total)?$/.test(name),
    ],
    ['does not end in what histograms add', /_(bucket|count|sum|info_total)$/.test(name)],
    ['does not repeat its type', /_(counter|gauge|histogram|metric)(_|$)/.test(name)],
    ['has a sentence of help', !/^[A-Z].*\.$/.test(help)],
    ['has labels in snake case', labels.some((label) => !/^[a-z][a-z_]*$/.test(label))],
    ['has le on histograms alone', labels.includes('le') !== (type === 'histogram' && samples.length > 0)],
    ['repeats no label in its name', labels.some((label) => label !== 'le' && name.endsWith(`_${label}`))],
  ];
  return faults.filter(([, isFault]) => isFault).map(([rule]) => `${name} breaks: ${rule}`);
}

describe('the rules find', () => {
  test.each([
    ['a counter without _total', counter('aya_probes', 'Probes.', 1)],
    ['a gauge with it', gauge('aya_probes_total', 'Probes.', 1)],
    ['another prefix', gauge('dns_probes', 'Probes.', 1)],
    ['a duration without unit', gauge('aya_probe_duration', 'A duration.', 1)],
    ['milliseconds', gauge('aya_probe_ms', 'A duration.', 1)],
    ['a capital', gauge('aya_probeCount', 'Probes.', 1)],
    ['no help', gauge('aya_probes', '', 1)],
    ['a label in camel case', gauge('aya_probes', 'Probes.', [{ labels: { endPoint: 'a' }, value: 1 }])],
  ])('%s', async (_, family) => {
    const [parsed] = parseExposition(await expositionOf([family]));
    expect(faultsOf(parsed!)).not.toEqual([]);
  });

  test('nothing wrong with a good one', async () => {
    const good = histogram(
      'aya_probe_duration_seconds',
      'A duration.',
      [0.1, 1],
      [{ labels: { region: 'a"b\\c\nd' }, counts: [1, 2, 3], sum: 9 }],
    );
    const [parsed] = parseExposition(await expositionOf([good]));
    expect(faultsOf(parsed!)).toEqual([]);
    expect(parsed?.samples.map(({ metric, labels, value }) => [metric, labels.le, value])).toEqual([
      ['aya_probe_duration_seconds_bucket', '0.1', 1],
      ['aya_probe_duration_seconds_bucket', '1', 3],
      ['aya_probe_duration_seconds_bucket', '+Inf', 6],
      ['aya_probe_duration_seconds_sum', undefined, 9],
      ['aya_probe_duration_seconds_count', undefined, 6],
    ]);
    expect(parsed?.samples[0]?.labels.region).toBe('a"b\\c\nd');
  });
});

test('every metric of a running server keeps them, and each series is there once', async () => {
  const [port, probed] = [await freePort(), await freePort()];
  await using aya = await startAya(`
admin: { listen: "127.0.0.1:${port}", socket: admin.sock }
hooks: { pager: { url: "http://127.0.0.1:${probed}/" } }
regions: { west: {} }
probes: { web: { tcp: { port: ${probed} }, interval: 200ms } }
policies: { split: [weighted] }
services: { web: { policy: split, probe: web, endpoints: { west: { a: 127.0.0.1 } } } }
${zone('www SERVICE web')}`);
  await aya.ask('www.example.com');
  const families = parseExposition(await (await fetch(`http://127.0.0.1:${port}/metrics`)).text());
  expect(families.flatMap(faultsOf)).toEqual([]);
  expect(families.length).toBeGreaterThan(30);
  const series = families.flatMap(({ samples }) =>
    samples.map(({ metric, labels }) => `${metric} ${JSON.stringify(labels)}`),
  );
  expect(series.filter((one, index) => series.indexOf(one) !== index)).toEqual([]);
});
