import { expect, test } from 'vitest';
import { NOW_MS, newModel, report } from '../world.ts';

const FEW_MS = 36;
const MANY_MS = 44;

/** What a country takes of whose networks half tell the one time by one source, half the other by so many. */
function countryMs(sources: number): number {
  const model = newModel();
  for (let at = 0; at < 40; at++) {
    const [network, isOne] = [`10.${at}.0.0/24`, at % 2 === 0];
    for (let source = 0; source < (isOne ? 1 : sources); source++) {
      model.report(report({ network, rttMs: isOne ? FEW_MS : MANY_MS, source: `${network} ${source}` }));
    }
  }
  // The first recompile learns how far networks stray; the second weighs by it.
  model.recompile(NOW_MS);
  return model.recompile(NOW_MS).estimate({ country: 'DE' }, 'eu')!.ms;
}

test('a network of more samples has more of a say, as it is surer', () => {
  const middle = (FEW_MS + MANY_MS) / 2;
  expect(Math.abs(countryMs(1) - middle)).toBeLessThan(0.5);
  expect(countryMs(4)).toBeGreaterThan(countryMs(1) + 0.3);
});

test('but from eight samples on no more, whatever it sends', () => {
  expect(Math.abs(countryMs(30) - countryMs(8))).toBeLessThan(0.1);
});

test('a source that repeats itself has no more of a say', () => {
  const model = newModel();
  for (let at = 0; at < 40; at++) {
    const [network, isOne] = [`10.${at}.0.0/24`, at % 2 === 0];
    for (let count = 0; count < (isOne ? 1 : 20); count++) {
      model.report(report({ network, rttMs: isOne ? FEW_MS : MANY_MS, source: network }));
    }
  }
  model.recompile(NOW_MS);
  expect(model.recompile(NOW_MS).estimate({ country: 'DE' }, 'eu')!.ms).toBeCloseTo(countryMs(1), 3);
});
