/** A region as a candidate for a client. */
export interface Candidate {
  readonly region: string;
  /** The estimated round-trip time. */
  readonly ms: number;
  /** The region's own slowness, as health probes see it: the same for all clients. */
  readonly addedMs?: number;
}

/** What counts as equal, and what is worth a move. */
export interface ChoiceOptions {
  /** Regions within either of the best are equal to it. */
  readonly tieMs: number;
  readonly tiePercent: number;
  /** A client moves for a gain above both. */
  readonly hysteresisMs: number;
  readonly hysteresisPercent: number;
}

export type Hysteresis = Pick<ChoiceOptions, 'hysteresisMs' | 'hysteresisPercent'>;

export const DEFAULT_CHOICE: ChoiceOptions = { tieMs: 2, tiePercent: 2, hysteresisMs: 4, hysteresisPercent: 2 };

/** Clients in a hundred that get the second best, so that its estimate stays alive. */
export const EXPLORATION_PERCENT = 1;

/** Where to send a client. */
export interface Choice {
  readonly region: string;
  /** Those as good as the best, fastest first; what else is known may decide among them. */
  readonly tied: readonly string[];
  /** For exploration: the fastest but for the chosen one. */
  readonly second: string | undefined;
}

/**
 * The fastest region, or the incumbent while no other is faster by more than both thresholds. A pure function; undefined for no
 * candidates. Of equal times the first given is taken.
 */
export function choose(
  candidates: readonly Candidate[],
  incumbent: string | undefined,
  options: ChoiceOptions = DEFAULT_CHOICE,
): Choice | undefined {
  const byTime = candidates.toSorted((a, b) => timeMs(a) - timeMs(b));
  const [best] = byTime;
  if (best === undefined) return undefined;
  const holder = byTime.find(({ region }) => region === incumbent);
  const stays = holder !== undefined && !isWorthAMove(timeMs(holder), timeMs(best), options);
  const chosen = stays ? holder : best;
  const tieMs = timeMs(best) + Math.max(options.tieMs, (timeMs(best) * options.tiePercent) / 100);
  return {
    region: chosen.region,
    tied: byTime.filter((candidate) => timeMs(candidate) <= tieMs).map(({ region }) => region),
    second: byTime.find((candidate) => candidate !== chosen)?.region,
  };
}

/** Whether a client gains enough by going from one time to another. */
export function isWorthAMove(fromMs: number, toMs: number, { hysteresisMs, hysteresisPercent }: Hysteresis): boolean {
  const gainMs = fromMs - toMs;
  return gainMs > hysteresisMs && gainMs > (fromMs * hysteresisPercent) / 100;
}

function timeMs({ ms, addedMs = 0 }: Candidate): number {
  return ms + addedMs;
}
