import type { Preset } from '../../../health/schema-streams.ts';
import { mysql } from './mysql.ts';
import { postgresql } from './postgresql.ts';
import type { DatabaseProtocol } from './protocol.ts';
import { redis } from './redis.ts';

export const presets = { postgresql, mysql, redis } satisfies Record<Preset, DatabaseProtocol> as Readonly<
  Record<Preset, DatabaseProtocol>
>;
