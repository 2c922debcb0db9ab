import { LatencyModel } from '../../../src/latency/model.ts';
import type { LatencyOptions } from '../../../src/latency/options.ts';
import type { CountryPlace, Region, Report } from '../../../src/latency/reports/report.ts';

export const NOW_MS = 1_800_000_000_000;
export const PERIOD_MS = 300_000;

export const REGIONS: readonly Region[] = [
  { name: 'eu', country: 'DE', latitude: 50, longitude: 8 },
  { name: 'us', country: 'US', latitude: 39, longitude: -77 },
];

export const COUNTRIES: ReadonlyMap<string, CountryPlace> = new Map([
  ['DE', { continent: 'EU', latitude: 51, longitude: 10 }],
  ['FR', { continent: 'EU', latitude: 47, longitude: 2.5 }],
  ['US', { continent: 'NA', latitude: 39, longitude: -95 }],
  ['JP', { continent: 'AS', latitude: 36, longitude: 138 }],
]);

export function newModel(options: Partial<LatencyOptions> = {}, regions = REGIONS): LatencyModel {
  return new LatencyModel({ regions, countries: COUNTRIES, options: { cellsMax: 4096, ...options } });
}

/** A report that is taken, unless something of it is changed. */
export function report(changes: Partial<Report> = {}): Report {
  const network = changes.network ?? '203.0.113.0/24';
  return { network, asn: 64500, country: 'DE', region: 'eu', rttMs: 20, source: network, atMs: NOW_MS, ...changes };
}

/** Reports of many networks of one autonomous system, a factor of `times` apart in turn. */
export function reportMany(model: LatencyModel, count: number, changes: Partial<Report>, times = [0.9, 1, 1.1]): void {
  for (let index = 0; index < count; index++) {
    const rttMs = (changes.rttMs ?? 20) * times[index % times.length]!;
    model.report(report({ ...changes, network: `10.0.${index}.0/24`, source: `10.0.${index}.0/24`, rttMs }));
  }
}
