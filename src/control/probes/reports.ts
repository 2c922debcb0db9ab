import { createHash, timingSafeEqual } from 'node:crypto';
import type { Clock, Timer } from '../../util/clock.ts';
import { formatDuration } from '../../util/duration.ts';
import { blind, failure, type ProbeOutcome } from './probe.ts';

/** What an endpoint says of itself. */
export interface Report {
  /** `SERVICE/ENDPOINT` */
  readonly endpoint: string;
  /** One of its addresses; undefined for all of them. */
  readonly address: string | undefined;
  readonly token: string;
  readonly isUp: boolean;
  /** Why, in the endpoint's words. */
  readonly why: string;
}

/** Who is awaited to report: an address of an endpoint. */
export interface Reporter {
  readonly endpoint: string;
  readonly address: string;
  readonly token: string;
  /** How long a report holds. */
  readonly ttlMs: number;
}

interface Awaited extends Reporter {
  readonly onNews: () => void;
  /** When it was first awaited, or last reported. */
  sinceMs: number;
  last: Pick<Report, 'isUp' | 'why'> | undefined;
  timer: Timer | undefined;
}

/** What endpoints report of themselves. Silence for longer than its TTL makes the last report void. */
export class Reports {
  readonly #clock: Clock;
  readonly #awaited = new Map<string, Awaited>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /**
   * Awaits reports; `onNews` is called when one has come, or is overdue. Who is awaited again keeps what was reported.
   * @returns ends it.
   */
  await(reporter: Reporter, onNews: () => void): () => void {
    const key = keyOf(reporter.endpoint, reporter.address);
    const before = this.#awaited.get(key);
    before?.timer?.cancel();
    const sinceMs = before?.sinceMs ?? this.#clock.nowMs();
    const awaited: Awaited = { ...reporter, onNews, sinceMs, last: before?.last, timer: undefined };
    this.#awaited.set(key, awaited);
    this.#arm(awaited);
    return () => {
      awaited.timer?.cancel();
      if (this.#awaited.get(key) === awaited) this.#awaited.delete(key);
    };
  }

  /** Takes a report; false where nobody of that name and token is awaited. Which of both is wrong is not told. */
  take({ endpoint, address, token, isUp, why }: Report): boolean {
    const meant = [...this.#awaited.values()].filter(
      (awaited) => awaited.endpoint === endpoint && (address === undefined || awaited.address === address),
    );
    const believed = meant.filter((awaited) => isSameSecret(awaited.token, token));
    for (const awaited of believed) {
      awaited.last = { isUp, why };
      awaited.sinceMs = this.#clock.nowMs();
      this.#arm(awaited);
      awaited.onNews();
    }
    return believed.length > 0;
  }

  /** What is known of an address of an endpoint just now. */
  outcome(endpoint: string, address: string): ProbeOutcome {
    const awaited = this.#awaited.get(keyOf(endpoint, address));
    if (awaited === undefined) return blind('nobody is awaited to report');
    const silentMs = this.#clock.nowMs() - awaited.sinceMs;
    if (silentMs >= awaited.ttlMs) return failure(`silent for ${formatDuration(awaited.ttlMs)}`);
    if (awaited.last === undefined) return blind('nothing reported yet');
    return awaited.last.isUp
      ? { ok: true }
      : failure(`reports itself down${awaited.last.why && `: ${awaited.last.why}`}`);
  }

  #arm(awaited: Awaited): void {
    awaited.timer?.cancel();
    const dueMs = awaited.sinceMs + awaited.ttlMs - this.#clock.nowMs();
    awaited.timer = this.#clock.setTimer(Math.max(0, dueMs), () => awaited.onNews());
  }
}

function keyOf(endpoint: string, address: string): string {
  return `${endpoint} ${address}`;
}

/** In the same time whatever is wrong about it. */
function isSameSecret(a: string, b: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(a), digest(b));
}
