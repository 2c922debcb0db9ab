import { expect, test } from 'vitest';
import { healthSchema } from '../../../src/health/schema-health.ts';
import { SUSPICION_DEFAULTS } from '../../../src/health/suspicion.ts';

test('nothing said is what is built in', () => {
  expect(healthSchema.parse(undefined)).toEqual({
    suspicion: { settings: SUSPICION_DEFAULTS, references: [] },
    ttlMinSeconds: 5,
  });
});

test('everything said', () => {
  const written = {
    suspicion: { share: '70%', failures: 10, hold: '5m', references: ['192.0.2.1:443', '[2001:db8::1]:53'] },
    outliers: { zScore: 5, floor: '50%', part: '10%' },
    regions: { share: '80%', endpoints: 4 },
    ttlMin: '2s',
  };
  expect(healthSchema.parse(written)).toEqual({
    suspicion: {
      settings: { share: 0.7, failuresMin: 10, holdMs: 300_000 },
      references: [
        { address: '192.0.2.1', port: 443 },
        { address: '2001:db8::1', port: 53 },
      ],
    },
    outliers: { zScore: 5, floor: 0.5, partMax: 0.1 },
    regions: { share: 0.8, downMin: 4 },
    ttlMinSeconds: 2,
  });
});

const ADDRESS = 'an address and a port, such as 192.0.2.1:443 or "[2001:db8::1]:443"';
test.each([
  [{ suspicion: { share: 50 } }, 'suspicion.share', 'a part such as 50%, from 0% to 100%'],
  [{ suspicion: { share: '101%' } }, 'suspicion.share', 'a part such as 50%, from 0% to 100%'],
  [{ ttlMin: '1500ms' }, 'ttlMin', 'a duration of whole seconds'],
  [{ suspicion: { references: ['192.0.2.1'] } }, 'suspicion.references.0', ADDRESS],
  [{ suspicion: { references: ['www.example.com:80'] } }, 'suspicion.references.0', ADDRESS],
  [{ suspicion: { references: ['192.0.2.1:0'] } }, 'suspicion.references.0', ADDRESS],
])('%j', (written, path, message) => {
  const issues = healthSchema.safeParse(written).error?.issues.map((issue) => [issue.path.join('.'), issue.message]);
  expect(issues).toEqual([[path, message]]);
});
