// Writes config/schema.json, from which editors complete and check configurations. A test fails while it is stale.
import { writeFileSync } from 'node:fs';
import { configJsonSchema } from '../src/config/schema/json-schema.ts';

writeFileSync(new URL('../config/schema.json', import.meta.url), configJsonSchema());
