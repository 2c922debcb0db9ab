import type { ServerConfig } from '../../config/config.ts';
import type { QueryLogConfig } from '../../config/query-log.ts';
import type { LoggedOutcome } from '../../config/schema/query-log-schema.ts';
import { makeRing, OUTCOME, type QueryLogSettings } from '../../snapshot/query-log.ts';
import type { Log } from '../log.ts';
import { type Role, rowOf } from '../workers/crew.ts';
import { DrainThread } from './drain-thread.ts';
import type { WorldNames } from './entry.ts';
import type { NumberedRing } from './messages.ts';
import { type DrainCounts, makeDrainCounts, readDrainCounts } from './messages.ts';
import { type Look, Onlooker } from './onlooker.ts';
import { endPosition, setReadPosition } from './ring-reader.ts';

/** Without a file, there is room for what a viewer can read. */
const RECORDS_WITHOUT_FILE = 1024;

/** How many worlds are remembered: workers may still be at a query of an earlier one, but do not lag behind by more. */
const WORLDS_KEPT = 4;

const ROLES: readonly Role[] = ['loop', 'udp'];

const BITS = {
  errors: OUTCOME.ERROR,
  nxdomain: OUTCOME.NXDOMAIN,
  truncated: OUTCOME.TRUNCATED,
  limited: OUTCOME.LIMITED,
} satisfies Record<LoggedOutcome, number>;

/** What of a configuration the query log goes by. */
export interface Logged {
  readonly server: Pick<ServerConfig, 'workers' | 'queryLog'>;
  readonly services: ReadonlyMap<string, unknown>;
  readonly regions: ReadonlyMap<string, unknown>;
}

/** Records who asked what, and what was answered: rings that workers fill, and a thread that writes them to a file. */
export class QueryLog {
  readonly #counts = makeDrainCounts();
  readonly #thread: DrainThread;
  readonly #tap = new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT);
  readonly #onlooker = new Onlooker(this.#tap);
  /** By row. */
  #rings = new Map<number, NumberedRing>();
  #ringRecords = 0;
  #ringsMade = 0;
  #worlds: readonly WorldNames[] = [];
  #world = 0;
  #isWritten = false;

  constructor(log: Log) {
    this.#thread = new DrainThread(log, this.#counts);
  }

  /** Since the start. */
  get counts(): DrainCounts {
    return readDrainCounts(this.#counts);
  }

  /**
   * Uses a configuration from now on, and returns what its workers are told. Names are in the order of their numbers.
   */
  begin({ server: { workers, queryLog }, services, regions }: Logged): QueryLogSettings {
    const world: WorldNames = { world: ++this.#world, services: [...services.keys()], regions: [...regions.keys()] };
    this.#worlds = [world, ...this.#worlds.slice(0, WORLDS_KEPT - 1)];
    this.#makeRings(workers, queryLog?.ringRecords ?? RECORDS_WITHOUT_FILE);
    this.#write(queryLog);
    return {
      rings: new Map([...this.#rings].map(([row, { ring }]) => [row, ring])),
      tap: this.#tap,
      every: queryLog?.every ?? 0,
      only: (queryLog?.only ?? []).reduce((bits, outcome) => bits | BITS[outcome], 0),
      world: this.#world,
    };
  }

  /** Begins a new file if the one that is written was moved away. */
  reopen(): void {
    this.#thread.reopen();
  }

  /**
   * What was asked since a look before, which gave a cursor; workers record every query from now on for some seconds.
   */
  look(after: string | undefined): Look {
    return this.#onlooker.look([...this.#rings.values()], this.#worlds, after);
  }

  /** Resolves when all that was recorded is written. */
  stop(): Promise<void> {
    this.#isWritten = false;
    return this.#thread.stop();
  }

  /** One for every worker that there may be, whichever way UDP is done. Those that stay are kept. */
  #makeRings(workers: number, records: number): void {
    const before = records === this.#ringRecords ? this.#rings : new Map<number, NumberedRing>();
    this.#ringRecords = records;
    this.#rings = new Map(
      ROLES.flatMap((role) =>
        Array.from({ length: workers }, (_, index): [number, NumberedRing] => {
          const row = rowOf(role, index);
          return [row, before.get(row) ?? { id: ++this.#ringsMade, ring: makeRing(records) }];
        }),
      ),
    );
  }

  #write(queryLog: QueryLogConfig | undefined): void {
    if (queryLog === undefined) {
      if (this.#isWritten) void this.stop();
      return;
    }
    const rings = [...this.#rings.values()];
    // What somebody looked at before was not for the file.
    if (!this.#isWritten) for (const { ring } of rings) setReadPosition(ring, endPosition(ring));
    this.#isWritten = true;
    this.#thread.serve({ kind: 'serve', path: queryLog.file, rings, worlds: this.#worlds });
  }
}
