import { existsSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { shrink } from '../../src/latency/estimating/shrink.ts';
import { Votes } from '../../src/latency/estimating/votes.ts';
import { formatKey, networkKey } from '../../src/latency/learned/cell-key.ts';
import { decodeState, encodeState } from '../../src/latency/learned/state.ts';
import { parseTable } from '../../src/latency/learned/table.ts';
import { choose, DEFAULT_CHOICE } from '../../src/latency/serving/choose.ts';
import { seedOf } from '../support/seed.ts';
import { COUNTRIES, NOW_MS, newModel, REGIONS, report } from '../unit/latency/world.ts';

const seed = seedOf('latency');
const finite = { noNaN: true, noDefaultInfinity: true };

test('a network is its key, and back', () => {
  const octet = fc.nat(255);
  const network4 = fc.tuple(octet, octet, octet).map((octets) => `${octets.join('.')}.0/24`);
  const group = fc.nat(0xffff);
  const network6 = fc
    .tuple(group, group, group, octet)
    .map(([a, b, c, d]) => `${[a, b, c, d * 256].map((n) => n.toString(16)).join(':')}::/56`);
  fc.assert(
    fc.property(fc.oneof(network4, network6), (text) => {
      expect(formatKey(networkKey(text)!)).toBe(text);
    }),
    { seed },
  );
});

test('no report throws, whatever is in it, and estimates stay times', () => {
  const anything = fc.record({
    network: fc.oneof(fc.string(), fc.constantFrom('10.0.0.0/24', '10.0.1.0/24', '::/56', '1:2:3::/56')),
    asn: fc.oneof(fc.double(), fc.constant(64500)),
    country: fc.oneof(fc.string(), fc.constantFrom('DE', 'US', 'ZZ')),
    region: fc.oneof(fc.string(), fc.constantFrom('eu', 'us')),
    rttMs: fc.oneof(fc.double(), fc.double({ min: 0.05, max: 10_000, ...finite })),
    source: fc.string(),
    isTrusted: fc.boolean(),
    atMs: fc.oneof(fc.double(), fc.constant(NOW_MS)),
  });
  fc.assert(
    fc.property(fc.array(anything, { maxLength: 60 }), (reports) => {
      const model = newModel({ cellsMax: 16 });
      for (const next of reports) model.report(report(next), NOW_MS);
      const estimates = model.recompile(NOW_MS);
      for (const country of ['DE', 'US', 'JP']) {
        const { ms, uncertaintyMs } = estimates.estimate({ country, network: '10.0.0.0/24' }, 'eu')!;
        expect(ms).toBeGreaterThan(0);
        expect(ms).toBeLessThan(20_000);
        expect(uncertaintyMs).toBeGreaterThan(0);
      }
    }),
    { seed, numRuns: 60 },
  );
});

test('one stranger of four moves an estimate by at most half a deviation of its parent', () => {
  const time = fc.double({ min: -3, max: 9, ...finite });
  const variance = fc.double({ min: 1e-6, max: 4, ...finite });
  fc.assert(
    fc.property(time, variance, time, variance, (parent, parentVariance, said, saidVariance) => {
      const belief = { lnMs: parent, variance: parentVariance };
      const moved = shrink(belief, { lnMs: said, variance: saidVariance }, { witnesses: 1, shareMax: 0.25 });
      expect(Math.abs(moved.lnMs - parent)).toBeLessThanOrEqual(0.5 * Math.sqrt(parentVariance) + 1e-9);
    }),
    { seed },
  );
});

test('a fifth of liars leaves the centre among what the others say', () => {
  const honest = fc.double({ min: 2, max: 3, ...finite });
  const lie = fc.double({ min: -10, max: 10, ...finite });
  fc.assert(
    fc.property(fc.array(honest, { minLength: 8, maxLength: 40 }), fc.array(lie, { maxLength: 8 }), (truths, lies) => {
      const votes = new Votes();
      for (const value of truths) votes.push(value, 1);
      for (const value of lies.slice(0, Math.floor(truths.length / 5))) votes.push(value, 1);
      const { centre } = votes.centre()!;
      expect(centre).toBeGreaterThanOrEqual(1.999);
      expect(centre).toBeLessThanOrEqual(3.001);
    }),
    { seed },
  );
});

test('a client that moved gains, and stays where it is the next time', () => {
  const candidates = fc.array(fc.double({ min: 0.1, max: 1000, ...finite }), { minLength: 1, maxLength: 8 });
  fc.assert(
    fc.property(candidates, fc.nat(7), (times, incumbent) => {
      const all = times.map((ms, index) => ({ region: `${index}`, ms }));
      const chosen = choose(all, `${incumbent}`)!.region;
      const before = times[incumbent];
      if (before !== undefined && chosen !== `${incumbent}`) {
        expect(before - times[Number(chosen)]!).toBeGreaterThan(DEFAULT_CHOICE.hysteresisMs);
      }
      expect(choose(all, chosen)!.region).toBe(chosen);
    }),
    { seed },
  );
});

test('a saved state that was changed is refused or read, and never throws', () => {
  const saved = newModel();
  for (let cell = 0; cell < 20; cell++) saved.report(report({ network: `10.0.${cell}.0/24` }));
  const bytes = encodeState(saved.measured);
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(bytes.length - 1), fc.nat(255)), { maxLength: 8 }), (changes) => {
      const octets = Uint8Array.from(bytes);
      for (const [at, value] of changes) octets[at] = value;
      const model = newModel();
      decodeState(octets, model.measured);
      model.recompile(NOW_MS);
    }),
    { seed, numRuns: 60 },
  );
});

test('a published table is read whole, where AYA_LATENCY_TABLE names one, and a drawn one everywhere', () => {
  const { AYA_LATENCY_TABLE: file = '' } = process.env;
  const drawn = 'cty1,cty2,rtt_cnt,rtt_avg,rtt_std,rtt_min,rtt_max\nDE,US,3,95.1,,95.1,95.1\nJP,US,9,150,1,140,160\n';
  const text = existsSync(file) ? readFileSync(file, 'utf8') : drawn;
  const { rows, problems } = parseTable(text, 'table.csv', { regions: REGIONS, countries: COUNTRIES });
  expect(rows.length).toBeGreaterThanOrEqual(3);
  expect(problems).toEqual([]);
});
