import { z } from 'zod';
import { configSchema } from './schema.ts';

/**
 * The JSON Schema of a configuration, for editors: it completes and documents keys. What it cannot express, `aya check`
 * finds.
 */
export function configJsonSchema(): string {
  // Draft 7 is what the YAML language servers of editors know best. `input`: what is written, not what it becomes.
  const schema = z.toJSONSchema(configSchema, { io: 'input', target: 'draft-7', unrepresentable: 'any' });
  return `${JSON.stringify(schema, null, 2)}\n`;
}
