import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { configJsonSchema } from '../../../src/config/json-schema.ts';

describe('config/schema.json', () => {
  it('is what the schema gives now (else run: node scripts/schema.ts)', () => {
    expect(readFileSync('config/schema.json', 'utf8')).toBe(configJsonSchema());
  });

  it('describes every key', () => {
    expect(undescribed(JSON.parse(configJsonSchema()), '')).toEqual([]);
  });

  it('completes the steps of a policy', () => {
    const { properties } = JSON.parse(configJsonSchema());
    const [bare, keyed] = properties.policies.additionalProperties.items.anyOf;
    expect(bare.enum).toEqual(['nearest', 'weighted']);
    expect(Object.keys(keyed.properties)).toEqual(['map', 'nearest', 'ordered', 'weighted']);
    expect(keyed).toMatchObject({ additionalProperties: false, maxProperties: 1 });
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
