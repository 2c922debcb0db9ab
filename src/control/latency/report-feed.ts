import type { GeoMap } from '../../geo/geomap.ts';
import type { LatencyCounts } from '../../latency/model.ts';
import type { Report } from '../../latency/reports/report.ts';
import { BatchQueue } from './batch-queue.ts';
import type { Learner } from './learner.ts';
import type { Measurement } from './measurement.ts';
import { placed } from './placing.ts';

/** Two seconds' worth at the rate that one core learns at: a recompile is waited for by so many. */
const QUEUE_MAX = 20_000;

/** So many at a time, that a request between them does not wait for long. */
const BATCH_MAX = 1000;

/** Reports on their way to the thread that learns: a bounded queue, of which it is given a batch after the other. */
export class ReportFeed {
  readonly #queue = new BatchQueue<Report>(QUEUE_MAX);
  readonly #learner: () => Pick<Learner, 'ask'> | undefined;
  readonly #onCounts: (counts: LatencyCounts) => void;
  #isFeeding = false;

  /**
   * @param learner the thread of now; while there is none, reports wait.
   * @param onCounts called with what it has taken after each batch.
   */
  constructor(learner: () => Pick<Learner, 'ask'> | undefined, onCounts: (counts: LatencyCounts) => void) {
    this.#learner = learner;
    this.#onCounts = onCounts;
  }

  /** Reports for which there was no room. */
  get dropped(): number {
    return this.#queue.dropped;
  }

  /** Queues what came in, with where its networks are; {@link feed} hands it on. */
  add(measurements: readonly Measurement[], map: GeoMap): void {
    for (const measurement of measurements) {
      const report = placed(measurement, map);
      if (report !== undefined) this.#queue.push(report);
    }
  }

  /** Hands on what waits, unless that is under way. Rejects where the thread can't take a batch, which is lost. */
  async feed(): Promise<void> {
    if (this.#isFeeding) return;
    this.#isFeeding = true;
    try {
      for (let learner = this.#learner(); learner !== undefined && this.#queue.length > 0; learner = this.#learner()) {
        this.#onCounts(await learner.ask({ kind: 'reports', reports: this.#queue.take(BATCH_MAX) }));
      }
    } finally {
      this.#isFeeding = false;
    }
  }
}
