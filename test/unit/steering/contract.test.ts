import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { policySchema } from '../../../src/config/schema/policy.ts';
import { planOf } from '../../../src/steering/planner.ts';
import type { Candidate, Knowledge, Step } from '../../../src/steering/step.ts';
import { type StepKind, steps } from '../../../src/steering/steps/index.ts';
import { seedOf } from '../../support/seed.ts';
import { bogota, paris, policyOf, REGIONS } from './world.ts';

/** Settings of every kind as a config file has them; a kind that is missing here does not compile. */
const SETTINGS = {
  fence: [{ to: 'eu' }, { from: { continent: 'EU' }, to: { tag: 'gdpr' }, else: 'ignore' }],
  canary: [
    { percent: 5, to: 'ap' },
    { ramp: { to: '50%', start: '2026-11-22T08:00:00Z', over: '1h' }, to: { tag: 'big' }, name: 'v2' },
    { percent: 0.1, to: { service: 'other' } },
  ],
  map: [
    [{ from: { country: 'FR', network: 'office' }, to: ['eu', ['us', 'ap']] }],
    JSON.parse('{ "rows": [{ "to": ["us"] }], "then": "nearest" }'),
  ],
  nearest: [{}, { bias: { us: 20 }, within: '10%' }],
  fastest: [{}, { within: ['5ms', '10%'] }],
  ordered: [['us', { tag: 'gdpr' }, ['ap', 'sa']]],
  limit: [{ answers: 2 }, { healthy: 2 }],
  weighted: [{}, { zero: 'never' }],
  sticky: [{}, { zero: 'never', ipv4Prefix: 20, ipv6Prefix: 48 }],
  rotate: [{}],
} satisfies Record<StepKind, readonly unknown[]>;

/** Those that may stand as a bare word; for the others a word alone says too little. */
const BARE: readonly StepKind[] = ['nearest', 'fastest', 'weighted', 'sticky', 'rotate'];

const SAMPLES = Object.entries(SETTINGS).flatMap(([kind, list]) =>
  list.map((settings) => [kind as StepKind, settings] as const),
);

const knowledge: Knowledge = { latencyMs: (_location, region) => (region === 'us' ? 90 : undefined) };

const candidates: readonly Candidate[] = [
  ...Object.values(REGIONS).map((region, weight) => ({
    name: region.name,
    regions: [region],
    weight,
    isService: false,
  })),
  { name: 'inner', regions: [REGIONS.us, REGIONS.ap], weight: 1, isService: true },
  { name: 'nowhere', regions: [], weight: 1, isService: true },
];

const locations = fc.record(
  {
    country: fc.constantFrom('FR', 'US', 'JP'),
    continent: fc.constantFrom('EU', 'NA', 'AS'),
    latitude: fc.integer({ min: -90, max: 90 }),
    longitude: fc.integer({ min: -180, max: 180 }),
    networks: fc.subarray(['office', 'lab']),
  },
  { requiredKeys: ['networks', 'latitude', 'longitude'] },
);

const tiers = fc.shuffledSubarray(
  candidates.map((_, index) => index),
  { minLength: 1 },
);

const eligibilities = fc.array(fc.boolean(), { minLength: candidates.length, maxLength: candidates.length });

describe.each(SAMPLES)('%s %j', (kind, written) => {
  const step = steps[kind] as Step<unknown>;
  const settings: unknown = policyOf([{ [kind]: written }]).steps[0]?.settings;
  const read = (location: object) => step.read?.(settings, location as never, candidates, knowledge) ?? [];

  test('its settings are data: what JSON keeps of them is all of them', () => {
    expect(JSON.parse(JSON.stringify(settings))).toEqual(settings);
  });

  test('reading and ranking are pure, the rest of their input stays as it was', () => {
    const frozen = deepFrozen({ settings, candidates });
    fc.assert(
      fc.property(locations, tiers, eligibilities, fc.boolean(), (location, tier, isEligible, isCanary) => {
        const facts = read(deepFrozen(location));
        expect(read(location)).toEqual(facts);
        expect(facts.every(Number.isFinite)).toBe(true); // they are the key of a class
        const rank = () =>
          step.rank?.(frozen.settings, facts, tier, { candidates: frozen.candidates, isEligible, isCanary });
        expect(rank()).toEqual(rank());
      }),
      { seed: seedOf(`${kind} is pure`), numRuns: 50 },
    );
  });

  test('a key for each candidate of the tier, the same for whoever the tier is shuffled', () => {
    fc.assert(
      fc.property(locations, tiers, eligibilities, fc.boolean(), (location, tier, isEligible, isCanary) => {
        const situation = { candidates, isEligible, isCanary };
        const keys = step.rank?.(settings, read(location), tier, situation);
        if (keys === undefined) return;
        expect(keys).toHaveLength(tier.length);
        expect(keys.every((key) => Number.isFinite(key))).toBe(true);
        const turned = [...tier].reverse();
        expect(step.rank?.(settings, read(location), turned, situation)).toEqual([...keys].reverse());
      }),
      { seed: seedOf(`${kind} ranks`), numRuns: 50 },
    );
  });

  test('it says truly whether keys depend on the facts alone', () => {
    if (step.isIndependent?.(settings) !== true) return;
    fc.assert(
      fc.property(locations, tiers, eligibilities, (location, tier, isEligible) => {
        const all = candidates.map((_, index) => index);
        const facts = read(location);
        const none = candidates.map(() => false);
        const ofAll = step.rank?.(settings, facts, all, { candidates, isEligible: none, isCanary: false });
        const ofTier = step.rank?.(settings, facts, tier, { candidates, isEligible, isCanary: false });
        const order = (keys: readonly number[] | undefined) =>
          tier.map((_, a) => tier.map((__, b) => Math.sign((keys?.[a] ?? 0) - (keys?.[b] ?? 0))));
        expect(order(ofTier)).toEqual(order(tier.map((candidate) => ofAll?.[candidate] ?? 0)));
      }),
      { seed: seedOf(`${kind} is independent`), numRuns: 50 },
    );
  });

  test('whom it admits depends on the facts alone, and reading has no verdicts to look at', () => {
    expect(step.admits?.length ?? 0).toBeLessThanOrEqual(4);
    expect(step.read?.length ?? 0).toBeLessThanOrEqual(4);
    for (const location of [paris, bogota]) {
      const facts = read({ networks: [], ...location });
      const admitted = () => candidates.map((_, index) => step.admits?.(settings, facts, index, candidates));
      expect(admitted()).toEqual(admitted());
    }
  });

  test('it has at least one of the powers of a step', () => {
    const powers = [step.admits, step.rank, step.divide, step.answersMax];
    expect(powers.some((power) => power !== undefined)).toBe(true);
    if (step.isByWeight === true) expect(step.divide).toBeDefined();
  });

  test('no endpoint is answered that was not there', () => {
    const service = (name: string, endpoints: readonly string[], policy: readonly unknown[]) => ({
      ...{ name, policy: policyOf(policy, name), whenAllDown: { kind: 'all' } as const },
      endpoints: endpoints.map((one) => ({ name: one, region: REGIONS[one], weight: 1 })),
    });
    const services = new Map([
      ['web', service('web', ['us', 'eu'], [{ [kind]: written }])],
      ['other', service('other', ['ap'], ['nearest'])],
    ]);
    const names = planOf('web', services).leaves.map((leaf) => `${leaf.service}/${leaf.endpoint}`);
    const isToOther = JSON.stringify(written).includes('"other"');
    expect(names).toEqual(isToOther ? ['web/us', 'web/eu', 'other/ap'] : ['web/us', 'web/eu']);
  });
});

describe.each(Object.keys(SETTINGS) as StepKind[])('%s', (kind) => {
  const step = steps[kind] as Step<unknown>;

  test('stands as a bare word, if it can, for what it is with no settings', () => {
    expect(step.bare !== undefined).toBe(BARE.includes(kind));
    if (step.bare === undefined) {
      expect(policySchema.safeParse([kind]).success).toBe(false);
      return;
    }
    expect(policySchema.parse([kind])).toEqual([{ kind, settings: step.bare }]);
    expect(policySchema.parse([{ [kind]: {} }])).toEqual([{ kind, settings: step.bare }]);
  });

  test('finds the names in whatever is written, and throws on nothing', () => {
    const shapes = fc.anything({ maxDepth: 4, withNullPrototype: true });
    const keyed = fc.dictionary(
      fc.constantFrom('from', 'to', 'bias', 'rows', 'network', 'region', 'tag', 'not', 'service'),
      shapes,
    );
    fc.assert(
      fc.property(fc.oneof(shapes, keyed, fc.array(keyed)), (written) => {
        for (const { name, path } of step.references(written)) {
          expect(typeof name).toBe('string');
          expect(path.every((key) => ['string', 'number'].includes(typeof key))).toBe(true);
        }
      }),
      { seed: seedOf(`references of ${kind}`), numRuns: 200 },
    );
  });

  test('paths lead to the names', () => {
    for (const written of SETTINGS[kind]) {
      for (const { name, path, isKey } of step.references(written)) {
        const at = (isKey === true ? path.slice(0, -1) : path).reduce<unknown>(
          (value, key) => Object(value)[key],
          written,
        );
        expect(isKey === true ? Object.keys(Object(at)) : [at]).toContain(name);
      }
    }
  });

  test('its settings have a JSON Schema that says what each is for', () => {
    const schema = JSON.stringify(z.toJSONSchema(step.schema, { io: 'input', unrepresentable: 'any' }));
    expect(schema).toContain('"description"');
  });

  test('a slip in a key is refused', () => {
    const [first] = SETTINGS[kind];
    if (Array.isArray(first)) return;
    expect(policySchema.safeParse([{ [kind]: { ...(first as object), anzwers: 1 } }]).success).toBe(false);
  });
});

function deepFrozen<T>(value: T): T {
  if (typeof value === 'object' && value !== null) {
    for (const inner of Object.values(value)) deepFrozen(inner);
    Object.freeze(value);
  }
  return value;
}
