/** A region as a candidate for a client. */
export interface Candidate {
  readonly region: string;
  /** The estimated round-trip time. */
  readonly ms: number;
  /** What the estimate may be off by, a standard deviation; absent where it is exact. */
  readonly uncertaintyMs?: number;
  /** The region's own slowness, as health probes see it: the same for all clients. */
  readonly addedMs?: number;
}

/** What counts as equal, and what is worth a move. */
export interface ChoiceOptions {
  /** Regions within either of the best are equal to it. */
  readonly tieMs: number;
  readonly tiePercent: number;
  /** A client moves for a gain above both, see {@link isWorthAMove}. */
  readonly hysteresisMs: number;
  readonly hysteresisPercent: number;
}

export type Hysteresis = Pick<ChoiceOptions, 'hysteresisMs' | 'hysteresisPercent'>;

export const DEFAULT_CHOICE: ChoiceOptions = { tieMs: 2, tiePercent: 2, hysteresisMs: 4, hysteresisPercent: 2 };

/**
 * A gain that is less than so many standard errors of the difference is no reason to move: it may be none. Without this a
 * group of clients about as far from two regions moves as a whole when noise carries it over the thresholds. More would keep
 * clients for hours where they were sent by the first few samples.
 */
const STANDARD_ERRORS = 1;

/** A gain above so many times the thresholds is worth a move, however unsure: nobody loses more than that by doubt. */
const UNSURE_MAX = 2;

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
 * The fastest region, or the incumbent while no other is worth a move ({@link isWorthAMove}). A pure function; undefined for no
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
  const stays = holder !== undefined && !isWorthAMove(timeMs(holder), timeMs(best), errorMs(holder, best), options);
  const chosen = stays ? holder : best;
  const tieMs = timeMs(best) + Math.max(options.tieMs, (timeMs(best) * options.tiePercent) / 100);
  return {
    region: chosen.region,
    tied: byTime.filter((candidate) => timeMs(candidate) <= tieMs).map(({ region }) => region),
    second: byTime.find((candidate) => candidate !== chosen)?.region,
  };
}

/**
 * Whether a client gains enough by going from one time to another: more than both thresholds, and more than may be chance.
 * `errorMs` is the standard error of their difference, see {@link differenceErrorMs}.
 */
export function isWorthAMove(
  fromMs: number,
  toMs: number,
  errorMs: number,
  { hysteresisMs, hysteresisPercent }: Hysteresis,
): boolean {
  const gainMs = fromMs - toMs;
  const thresholdMs = Math.max(hysteresisMs, (fromMs * hysteresisPercent) / 100);
  return gainMs > thresholdMs && gainMs > Math.min(STANDARD_ERRORS * errorMs, UNSURE_MAX * thresholdMs);
}

/** The standard error of the difference of two times that were measured apart. */
export function differenceErrorMs(uncertaintyMs: number, otherUncertaintyMs: number): number {
  return Math.sqrt(uncertaintyMs ** 2 + otherUncertaintyMs ** 2);
}

function errorMs({ uncertaintyMs = 0 }: Candidate, other: Candidate): number {
  return differenceErrorMs(uncertaintyMs, other.uncertaintyMs ?? 0);
}

function timeMs({ ms, addedMs = 0 }: Candidate): number {
  return ms + addedMs;
}
