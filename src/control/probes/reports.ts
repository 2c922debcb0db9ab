import { createHash, timingSafeEqual } from 'node:crypto';
import type { Clock, Timer } from '../../util/clock.ts';
import { formatDuration } from '../../util/duration-text.ts';
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
  /** By endpoint, and then by address and token: two probes of one endpoint may each have a reporter of its own. */
  readonly #awaited = new Map<string, Map<string, Awaited>>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /**
   * Awaits reports; `onNews` is called when one has come, or is overdue. Who is awaited again keeps what was reported.
   * @returns ends it.
   */
  await(reporter: Reporter, onNews: () => void): () => void {
    const key = keyOf(reporter);
    const ofEndpoint = this.#awaited.get(reporter.endpoint) ?? new Map<string, Awaited>();
    this.#awaited.set(reporter.endpoint, ofEndpoint);
    const before = ofEndpoint.get(key);
    before?.timer?.cancel();
    const sinceMs = before?.sinceMs ?? this.#clock.nowMs();
    const awaited: Awaited = { ...reporter, onNews, sinceMs, last: before?.last, timer: undefined };
    ofEndpoint.set(key, awaited);
    this.#arm(awaited);
    return () => {
      awaited.timer?.cancel();
      if (ofEndpoint.get(key) !== awaited) return;
      ofEndpoint.delete(key);
      if (ofEndpoint.size === 0) this.#awaited.delete(reporter.endpoint);
    };
  }

  /** Takes a report; false where nobody of that name and token is awaited. Which of both is wrong is not told. */
  take({ endpoint, address, token, isUp, why }: Report): boolean {
    const believed = [...(this.#awaited.get(endpoint)?.values() ?? [])].filter(
      (awaited) => (address === undefined || awaited.address === address) && isSameSecret(awaited.token, token),
    );
    for (const awaited of believed) {
      awaited.last = { isUp, why };
      awaited.sinceMs = this.#clock.nowMs();
      this.#arm(awaited);
      awaited.onNews();
    }
    return believed.length > 0;
  }

  /** What is known of an address of an endpoint just now, by who has the token. */
  outcome(reporter: Pick<Reporter, 'endpoint' | 'address' | 'token'>): ProbeOutcome {
    const awaited = this.#awaited.get(reporter.endpoint)?.get(keyOf(reporter));
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

function keyOf({ address, token }: Pick<Reporter, 'address' | 'token'>): string {
  return `${address} ${token}`;
}

/** In the same time whatever is wrong about it. */
function isSameSecret(a: string, b: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(a), digest(b));
}
