import { expect, test } from 'vitest';
import { latencyText } from '../../../src/inspect/latency-notes.ts';

const NOTE = { region: 'eu', ms: 26.3, uncertaintyMs: 1.2, samples: 5, source: 'network' } as const;

test.each([
  [2000, '2 s'],
  [119_000, '119 s'],
  [180_000, '3 m'],
  [3 * 3_600_000, '3 h'],
  [40 * 86_400_000, '40 d'],
])('%d ms are %s', (ageMs, age) => {
  expect(latencyText({ ...NOTE, ageMs })).toBe(`eu: 26.3 ms, give or take 1.2; by network, 5 samples, ${age} old`);
});

test('what was never measured has no age', () => {
  expect(latencyText({ ...NOTE, samples: 0, source: 'distance' })).toBe(
    'eu: 26.3 ms, give or take 1.2; by distance, 0 samples',
  );
});
