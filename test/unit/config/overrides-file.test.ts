import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatOverrides, readOverrides } from '../../../src/config/overrides-file.ts';
import { FORCES, OVERRIDE_KINDS, Overrides } from '../../../src/health/overrides.ts';

const known = { endpoint: ['web/eu'], region: ['eu', 'us'], service: ['web'] };
const NOW_MS = Date.parse('2026-05-01T00:00:00Z');

const read = (text: string) => readOverrides(text, 'o.yaml', known, NOW_MS);

test('reads short and long forms', () => {
  const loaded = read(`
regions: { eu: drain }
endpoints:
  web/eu: { force: down, until: 2026-05-01T14:00:00+02:00, who: ann, why: disks, override: true }`);
  expect(loaded.ok && loaded.value.all).toEqual([
    ...[{ kind: 'endpoint', name: 'web/eu', force: 'down', who: 'ann', why: 'disks', isUnsafe: true }].map((rest) => ({
      ...rest,
      sinceMs: NOW_MS,
      untilMs: Date.parse('2026-05-01T12:00:00Z'),
    })),
    {
      kind: 'region',
      name: 'eu',
      force: 'drain',
      who: '',
      why: '',
      isUnsafe: false,
      sinceMs: NOW_MS,
      untilMs: undefined,
    },
  ]);
});

test.each(['', '{}', '# nothing', 'regions: {}'])('%j overrides nothing', (text) => {
  const loaded = read(text);
  expect(loaded.ok && loaded.value.size).toBe(0);
});

describe('refuses the whole of a file with a mistake', () => {
  test.each([
    ['regions: { eu: dwon, us: down }', 'bad-value', 1],
    ['regions: { eu: drain }\nservices: { wbe: down }', 'undefined-service', 2],
    ['regions: { uu: drain }', 'undefined-region', 1],
    ['endpoints: { web/us: drain }', 'undefined-endpoint', 1],
    ['endpoints:\n  web/eu: { force: down, untill: 2026-05-01T00:00:00Z }', 'unknown-key', 2],
    ['endpoints:\n  web/eu: { force: down, until: tomorrow }', 'bad-value', 2],
    ['endpoints:\n  web/eu: { force: down, until: 2026-05-01 }', 'bad-value', 2],
    ['endpoints:\n  web/eu: { until: 2026-05-01T00:00:00Z }', 'missing-key', 2],
    ['regions: { eu: down, eu: up }', 'duplicate-key', 1],
    ['regions: [eu]', 'wrong-type', 1],
    ['region: { eu: down }', 'unknown-key', 1],
    ['regions: { eu: down', 'yaml-syntax', 1],
  ])('%j: %s', (text, code, line) => {
    const loaded = read(text);
    expect(
      loaded.ok ? [] : loaded.problems.map((problem) => [problem.code, problem.file, problem.line]),
    ).toContainEqual([code, 'o.yaml', line]);
  });
});

test('names are not looked at where none are known', () => {
  const loaded = readOverrides('regions: { mars: down }', 'o.yaml', undefined, NOW_MS);
  expect(loaded.ok && loaded.value.size).toBe(1);
});

test('what is written reads as the same', () => {
  const time = fc.integer({ min: 0, max: 4e12 });
  const override = fc.record({
    kind: fc.constantFrom(...OVERRIDE_KINDS),
    name: fc.stringMatching(/^[a-z][a-z0-9./-]{0,20}$/),
    force: fc.constantFrom(...FORCES),
    untilMs: fc.option(time, { nil: undefined }),
    sinceMs: time,
    who: fc.string({ maxLength: 50 }),
    why: fc.string({ maxLength: 50, unit: 'binary' }),
    isUnsafe: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.array(override, { maxLength: 8 }), (list) => {
      const overrides = new Overrides(list);
      const loaded = readOverrides(formatOverrides(overrides), 'o.yaml', undefined, NOW_MS);
      expect(loaded.ok).toBe(true);
      const sorted = (all: Overrides): unknown[] =>
        [...all.all].sort((a, b) => `${a.kind} ${a.name}`.localeCompare(`${b.kind} ${b.name}`));
      expect(loaded.ok && sorted(loaded.value)).toEqual(sorted(overrides));
    }),
    { numRuns: 30 },
  );
});
