import { expect, test } from 'vitest';
import { decodeState, encodeState } from '../../../src/latency/learned/state.ts';
import { NOW_MS, newModel, report } from './world.ts';

const DAY_MS = 86_400_000;
const NETWORK = '203.0.113.0/24';

function told() {
  const model = newModel();
  model.importRow({ place: NETWORK, region: 'eu', rttMs: 200, samples: 4, country: 'DE' }, NOW_MS);
  return model;
}

const client = { network: NETWORK, country: 'DE' };

test('what a table told of a network fades by its own half-life, over months', () => {
  const model = told();
  const after = (days: number) => model.recompile(NOW_MS + days * DAY_MS).estimate(client, 'eu')!;
  expect(after(3)).toMatchObject({ source: 'network' });
  expect(after(3).ms).toBeGreaterThan(150);
  expect(after(90).samples).toBeCloseTo(2, 5);
  expect(after(900).source).not.toBe('network');
});

test('and does so after a restart', () => {
  const restored = newModel();
  expect(decodeState(encodeState(told().measured), restored.measured)).toBeUndefined();
  expect(restored.recompile(NOW_MS + 90 * DAY_MS).estimate(client, 'eu')!.samples).toBeCloseTo(2, 5);
});

test('a sample makes of it what is measured, which fades in hours', () => {
  const model = told();
  model.report(report({ network: NETWORK, rttMs: 190 }));
  const { source } = model.recompile(NOW_MS + 3 * DAY_MS).estimate(client, 'eu')!;
  expect(source).not.toBe('network');
});
