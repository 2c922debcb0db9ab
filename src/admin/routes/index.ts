import type { Route } from '../route.ts';
import { explain } from './explain.ts';
import { force, unforce } from './force.ts';
import { healthz, readyz } from './health.ts';
import { latency, latencyImport, latencySave } from './latency.ts';
import { metrics } from './metrics.ts';
import { queries } from './queries.ts';
import { reload } from './reload.ts';
import { status } from './status.ts';

/** All that can be asked of a running server. */
export const ROUTES: readonly Route[] = [
  ...[healthz, readyz, metrics, status, explain, force, unforce, reload],
  queries,
  ...[latency, latencyImport, latencySave],
];
