import { expect, test } from 'vitest';
import { decodeState, decodeStateParts, encodeState, encodingState } from '../../../../src/latency/learned/state.ts';
import { NOW_MS, newModel, REGIONS, report, reportMany } from '../world.ts';

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

test.each([1, 7, 100, 4096])('octets come in parts of any size, which are written over: %i', (size) => {
  const bytes = encodeState(learned().measured);
  const parts = function* (octets: Uint8Array): Generator<Uint8Array> {
    const part = Buffer.alloc(size);
    for (let at = 0; at < octets.length; at += size) {
      part.set(octets.subarray(at, at + size));
      yield part.subarray(0, Math.min(size, octets.length - at));
      part.fill(0xff);
    }
  };
  const restored = newModel();
  expect(decodeStateParts(() => parts(bytes), restored.measured)).toBeUndefined();
  expect(encodeState(restored.measured)).toEqual(bytes);
  expect(decodeStateParts(() => parts(bytes.subarray(0, -1)), newModel().measured)).toBeTypeOf('string');
});

test('what is reported while it is saved leaves a file that can be read', () => {
  const cellsMax = 2000;
  const model = newModel({ cellsMax });
  for (let at = 0; at < cellsMax; at++) model.report(report({ network: `10.${at >> 8}.${at & 255}.0/24` }));
  const parts: Uint8Array[] = [];
  let at = 0;
  for (const part of encodingState(model.measured)) {
    parts.push(part);
    // Some are new, and in the place of others.
    for (let one = 0; one < 50; one++) model.report(report({ network: `10.99.${at++ & 255}.0/24` }));
  }
  const restored = newModel({ cellsMax });
  expect(decodeStateParts(() => parts, restored.measured)).toBeUndefined();
  expect(restored.counts.cells).toBeGreaterThan(cellsMax - at);
});
