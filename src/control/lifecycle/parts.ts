import type { Config } from '../../config/config.ts';
import type { Latency } from '../latency/latency.ts';
import type { Loader } from '../loader.ts';
import type { Log } from '../log.ts';
import type { QueryLog } from '../query-log/query-log.ts';
import type { Watcher } from '../watcher.ts';
import type { ServedWorld } from './served-world.ts';

/** What a server consists of: made once, and shared by its start, its reloads and its stop. */
export interface Parts {
  /** The configuration file. */
  readonly file: string;
  readonly log: Log;
  readonly watcher: Watcher;
  readonly loader: Loader;
  readonly served: ServedWorld;
  readonly latency: Latency;
  readonly queryLog: QueryLog;
  /** Called with each configuration that is served from now on, and with the first shortly before it is. */
  onConfig(config: Pick<Config, 'admin'>): Promise<void>;
}
