import { expect, test } from 'vitest';
import { decodeState, encodeState } from '../../../../src/latency/learned/state.ts';
import { DIGEST_OCTETS, MAGIC } from '../../../../src/latency/learned/state-layout.ts';
import { Random } from '../../../../src/util/random.ts';
import { seedOf } from '../../../support/seed.ts';
import { NOW_MS, newModel, reportMany } from '../world.ts';

function saved(): Uint8Array {
  const model = newModel();
  reportMany(model, 30, { region: 'eu', rttMs: 30 });
  model.importRow({ place: 'FR', region: 'us', rttMs: 90, samples: 50 }, NOW_MS);
  return Uint8Array.from(encodeState(model.measured)); // of a buffer a slice is no copy
}

/** As it was written before there was a digest. */
function undigested(bytes: Uint8Array): Uint8Array {
  const old = bytes.slice(0, -DIGEST_OCTETS);
  old[MAGIC.length] = 1;
  return old;
}

test('a bit that was flipped, wherever it is, is a fault, and nothing is taken', () => {
  const bytes = saved();
  const random = new Random(seedOf('state digest'));
  for (let round = 0; round < 400; round++) {
    const broken = bytes.slice();
    const [at, bit] = [random.below(bytes.length), random.below(8)];
    broken[at]! ^= 1 << bit;
    const model = newModel();
    expect([at, bit, typeof decodeState(broken, model.measured)]).toEqual([at, bit, 'string']);
    expect(model.counts.cells).toBe(0);
  }
});

test('a file without a digest, of before, is read', () => {
  const bytes = saved();
  const model = newModel();
  expect(decodeState(undigested(bytes), model.measured)).toBeUndefined();
  expect(Uint8Array.from(encodeState(model.measured))).toEqual(bytes);
  expect(decodeState(undigested(bytes).slice(0, -1), newModel().measured)).toBeTypeOf('string');
});

test('in such a file what a country is said to take is still told by a table', () => {
  const old = undigested(saved());
  const model = newModel();
  decodeState(old, model.measured);
  const later = model.recompile(NOW_MS + 60 * 86_400_000);
  expect(later.estimate({ country: 'FR' }, 'us')!.samples).toBeGreaterThan(5);
});
