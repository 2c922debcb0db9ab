import { expect, test } from 'vitest';
import { decodeState, encodeState } from '../../../src/latency/state.ts';
import { NOW_MS, newModel, REGIONS, reportMany } from './world.ts';

function learned() {
  const model = newModel();
  for (const region of ['eu', 'us']) reportMany(model, 30, { region, rttMs: region === 'eu' ? 30 : 110 });
  model.importRow({ place: 'FR', region: 'us', rttMs: 90, samples: 50 }, NOW_MS);
  return model;
}

test('a saved model estimates as before', () => {
  const model = learned();
  const restored = newModel();
  expect(decodeState(encodeState(model.measured), restored.measured)).toBeUndefined();
  const [before, after] = [model.recompile(NOW_MS), restored.recompile(NOW_MS)];
  for (const client of [{ country: 'DE' }, { country: 'FR' }, { country: 'DE', asn: 64500, network: '10.0.3.0/24' }]) {
    for (const region of ['eu', 'us']) expect(after.estimate(client, region)).toEqual(before.estimate(client, region));
  }
});

test('a region that is no more takes its estimates along, whatever the order of the others', () => {
  const regions = [{ ...REGIONS[1]!, name: 'new' }, REGIONS[1]!];
  const restored = newModel({}, regions);
  expect(decodeState(encodeState(learned().measured), restored.measured)).toBeUndefined();
  const estimates = restored.recompile(NOW_MS);
  expect(estimates.estimate({ country: 'DE' }, 'eu')).toBeUndefined();
  expect(estimates.estimate({ country: 'DE' }, 'us')!.ms).toBeCloseTo(110, -1);
  expect(estimates.estimate({ country: 'DE' }, 'new')!.samples).toBe(0);
});

test('octets that are cut short, or of another, are refused with nothing added', () => {
  const bytes = encodeState(learned().measured);
  const broken = [
    new Uint8Array(0),
    bytes.slice(0, 9),
    bytes.slice(0, -1),
    Uint8Array.of(...bytes, 0),
    bytes.map((b, i) => (i === 6 ? 9 : b)),
  ];
  for (const octets of broken) {
    const model = newModel();
    expect(decodeState(octets, model.measured)).toBeTypeOf('string');
    expect(model.counts.cells).toBe(0);
  }
});
