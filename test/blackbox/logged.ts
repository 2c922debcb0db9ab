import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { QueryEntry } from '../../src/control/query-log/entry.ts';
import { type Aya, startAya, until } from '../support/aya.ts';
import { zone } from './zone.ts';

/** The query log, in the folder of its server. */
export const FILE = 'queries.ndjson';

export const WORLD = `
regions: { west: {} }
policies: { split: [weighted] }
services: { web: { policy: split, endpoints: { west: { a: 192.0.2.7 } } } }
${zone('www SERVICE web')}`;

/** A server that logs its queries. */
export function startLogged(
  queryLog: Readonly<Record<string, unknown>> = {},
  more: Readonly<Record<string, unknown>> = {},
): Promise<Aya> {
  return startAya(WORLD, { server: { queryLog: { file: FILE, ...queryLog }, ...more } });
}

/** The lines of the log that are whole. */
export function entriesOf(aya: Aya, file = FILE): readonly QueryEntry[] {
  const path = join(aya.folder, file);
  if (!existsSync(path)) return [];
  return readFileSync(path, 'utf8')
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as QueryEntry);
}

/** The names that were asked, once there are so many. */
export async function namesIn(aya: Aya, count: number, file = FILE): Promise<readonly (string | undefined)[]> {
  const entries = await until(() => {
    const found = entriesOf(aya, file);
    return found.length >= count && found;
  });
  return entries.map(({ qname }) => qname);
}
