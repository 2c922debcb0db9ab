import { expect, test } from 'vitest';
import { Serving } from '../../../../src/latency/serving/serve.ts';
import { Served } from '../../../../src/latency/serving/served.ts';
import { NOW_MS, newModel, PERIOD_MS, REGIONS } from '../world.ts';

const HOLD = { tieMs: 2, tiePercent: 2, hysteresisMs: 4, hysteresisPercent: 2 };
const NETWORKS = Array.from({ length: 200 }, (_, index) => `10.0.${index}.0/24`);

/** A country's networks, all alike, that a model learns of and a server serves, period by period. */
class Country {
  readonly #model = newModel();
  readonly #serving = new Serving(REGIONS, HOLD);
  #nowMs = NOW_MS;

  /** Passes a period, in which all were measured anew to take so long; gives the share that is sent to `eu`. */
  period(euMs: number, usMs: number, addedMs: ReadonlyMap<string, number> = new Map()): number {
    this.#nowMs += PERIOD_MS;
    for (const place of NETWORKS) {
      for (const [region, rttMs] of Object.entries({ eu: euMs, us: usMs })) {
        this.#model.importRow({ place, region, rttMs, samples: 1, asn: 7, country: 'DE' }, this.#nowMs);
      }
    }
    const served = new Served(this.#serving.serve(this.#model.recompile(this.#nowMs), addedMs));
    const isAtEu = (network: string): boolean => {
      const client = { network, asn: 7, country: 'DE' };
      return served.estimate(client, 'eu')!.ms < served.estimate(client, 'us')!.ms;
    };
    return NETWORKS.filter(isAtEu).length / NETWORKS.length;
  }
}

test('networks go by and by, each at its own turn, where what they gain may be chance', () => {
  const country = new Country();
  expect(country.period(80, 90)).toBe(1);
  const shares = Array.from({ length: 60 }, () => country.period(85, 80));
  for (const [period, share] of shares.entries())
    expect(share).toBeLessThanOrEqual(period === 0 ? 1 : shares[period - 1]!);
  expect(shares[0]).toBeGreaterThan(0.1);
  expect(shares[0]).toBeLessThan(0.9);
  expect(shares.at(-1)).toBe(0);
});

test('all go at once for a gain that is certain', () => {
  const country = new Country();
  expect(country.period(80, 90)).toBe(1);
  expect(country.period(120, 80)).toBe(0);
});

test('all go at once where probes see that a region became slower', () => {
  const country = new Country();
  expect(country.period(80, 90)).toBe(1);
  expect(country.period(80, 90, new Map([['eu', 15]]))).toBe(0);
});
