import { expect, test } from 'vitest';
import { type Measurement, packed, unpacked } from '../../../../src/control/latency/measurement.ts';

test('what is packed in one thread is the same in another', () => {
  const measurements: readonly Measurement[] = [
    { network: '203.0.113.0/24', region: 'eu', rttMs: 12.3, source: '203.0.113.0/24', isTrusted: false, atMs: 1000 },
    { network: '2001:db8::/56', region: 'us', rttMs: 0.1, source: 'eu-1', isTrusted: true, atMs: 2000 },
  ];
  expect(unpacked(structuredClone(packed(measurements)))).toEqual(measurements);
  expect(unpacked(structuredClone(packed([])))).toEqual([]);
});
