import type { LatencyCounts } from '../../latency/model.ts';
import type { HttpRefusal } from './messages.ts';

/** What is known of learning, for metrics and whoever asks. */
export interface LatencyStatus {
  readonly file: string;
  readonly isListening: boolean;
  readonly counts: LatencyCounts | undefined;
  readonly refusedOverHttp: Readonly<Record<HttpRefusal, number>>;
  /** Reports for which a queue had no room. */
  readonly dropped: number;
  /** Networks that are served by themselves. */
  readonly networks: number;
  readonly lastRecompileMs: number;
}
