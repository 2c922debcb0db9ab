import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { configJsonSchema } from '../../../../src/config/schema/json-schema.ts';
import { type StepKind, steps } from '../../../../src/steering/steps/index.ts';

describe('config/schema.json', () => {
  it('is what the schema gives now (else run: node scripts/schema.ts)', () => {
    expect(readFileSync('config/schema.json', 'utf8')).toBe(configJsonSchema());
  });

  it('describes every key', () => {
    expect(undescribed(JSON.parse(configJsonSchema()), '')).toEqual([]);
  });

  it('completes the steps of a policy', () => {
    const { properties, definitions } = JSON.parse(configJsonSchema());
    expect(properties.policies.additionalProperties.items).toEqual({ $ref: '#/definitions/step' });
    const [bare, keyed] = definitions.step.anyOf;
    expect(bare.enum).toEqual(Object.keys(steps).filter((kind) => steps[kind as StepKind].bare !== undefined));
    expect(Object.keys(keyed.properties)).toEqual([...Object.keys(steps), 'when']);
    expect(keyed).toMatchObject({ additionalProperties: false, maxProperties: 1 });
  });

  it('completes them within conditions, however deep', () => {
    const { definitions } = JSON.parse(configJsonSchema());
    expect(JSON.stringify(definitions.step.anyOf[1].properties.when)).toContain('"#/definitions/when"');
    for (const key of ['steps', 'else']) {
      expect(definitions.when.properties[key].items).toEqual({ $ref: '#/definitions/step' });
    }
  });

  it.each(['full', 'minimal', 'demo'])('has nothing against config/%s.yaml', (name) => {
    // Keys that exclude each other are beyond the library's reading of a schema.
    const isExclusion = (key: string, value: unknown): boolean =>
      key === 'oneOf' && JSON.stringify(value).includes('"required"') && !JSON.stringify(value).includes('"type"');
    const schema = JSON.parse(configJsonSchema(), (key, value) => (isExclusion(key, value) ? undefined : value));
    const read = z.fromJSONSchema(schema).safeParse(parse(readFileSync(`config/${name}.yaml`, 'utf8')));
    expect(read.error?.issues ?? []).toEqual([]);
  });

  it('refers to nothing but what it defines', () => {
    const text = configJsonSchema();
    const defined = Object.keys(JSON.parse(text).definitions).map((name) => `#/definitions/${name}`);
    expect([...text.matchAll(/"\$ref": "([^"]*)"/g)].filter(([, to]) => !defined.includes(to ?? ''))).toEqual([]);
  });
});

it('config/full.yaml shows every key', () => {
  const shown = wordsIn(parse(readFileSync('config/full.yaml', 'utf8')));
  expect(propertiesIn(JSON.parse(configJsonSchema())).filter((key) => !shown.includes(key))).toEqual([]);
});

function propertiesIn(schema: unknown): string[] {
  if (typeof schema !== 'object' || schema === null) return [];
  const { properties = {} } = schema as { properties?: object };
  return [...Object.keys(properties), ...Object.values(schema).flatMap(propertiesIn)];
}

/** Keys, and words that stand alone, as the steps `nearest` and `weighted` do. */
function wordsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null) return [];
  const keys = Array.isArray(value) ? [] : Object.keys(value);
  return [...keys, ...Object.values(value).flatMap(wordsIn)];
}

/** The paths of properties without description. */
function undescribed(schema: unknown, path: string): string[] {
  if (typeof schema !== 'object' || schema === null) return [];
  const { properties } = schema as { properties?: Record<string, { description?: unknown }> };
  const here = Object.entries(properties ?? {}).filter(([, { description }]) => typeof description !== 'string');
  const below = Object.entries(schema).flatMap(([key, value]) => undescribed(value, `${path}/${key}`));
  return [...here.map(([key]) => `${path}/${key}`), ...below];
}
