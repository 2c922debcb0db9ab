/** A region as a candidate for a client. */
export interface Candidate {
  readonly region: string;
  /** The estimated round-trip time. */
  readonly ms: number;
  /** The region's own slowness, as health probes see it: the same for all clients. */
  readonly addedMs?: number;
  /** Whether the time was just found to have changed, beyond chance. */
  readonly hasChanged?: boolean;
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

/** All clients move at once for a gain of so many thresholds, and a share of them for less: see {@link isWorthAMove}. */
const LARGE = 3;

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
 *
 * @param turn of the client in this period, 0 to 1: see turn.ts. At 0 it moves for any gain above the thresholds.
 */
export function choose(
  candidates: readonly Candidate[],
  incumbent: string | undefined,
  options: ChoiceOptions = DEFAULT_CHOICE,
  turn = 0,
): Choice | undefined {
  const byTime = candidates.toSorted((a, b) => timeMs(a) - timeMs(b));
  const [best] = byTime;
  if (best === undefined) return undefined;
  const holder = byTime.find(({ region }) => region === incumbent);
  const stays = holder !== undefined && !isWorthAMove(gainOf(holder, best), options, turn);
  const chosen = stays ? holder : best;
  const tieMs = timeMs(best) + Math.max(options.tieMs, (timeMs(best) * options.tiePercent) / 100);
  return {
    region: chosen.region,
    tied: byTime.filter((candidate) => timeMs(candidate) <= tieMs).map(({ region }) => region),
    second: byTime.find((candidate) => candidate !== chosen)?.region,
  };
}

/** What a client would gain by a move. */
export interface Gain {
  readonly fromMs: number;
  readonly toMs: number;
  /** Whether one of the two was just found to have changed, beyond chance. */
  readonly isSudden: boolean;
}

/**
 * Whether a client moves in this period for what it gains. Never below both thresholds. Above them, the share of clients that
 * move grows with the square of the gain, up to all of them for a large one ({@link LARGE}). So when the estimate of a group
 * that is about as far from two regions comes over the thresholds, by noise or as more is learned, the group does not move as a
 * whole in one period. What changed suddenly is followed at once.
 *
 * @param turn of the client, see turn.ts: it moves where that is within the share.
 */
export function isWorthAMove({ fromMs, toMs, isSudden }: Gain, hysteresis: Hysteresis, turn: number): boolean {
  const gainMs = fromMs - toMs;
  const leastMs = thresholdMs(fromMs, hysteresis);
  if (!(gainMs > leastMs)) return false;
  return isSudden || (gainMs / (LARGE * leastMs)) ** 2 > turn;
}

/** What a client gains is to be above this, for it to move from a region of so many ms. */
export function thresholdMs(fromMs: number, { hysteresisMs, hysteresisPercent }: Hysteresis): number {
  return Math.max(hysteresisMs, (fromMs * hysteresisPercent) / 100);
}

function gainOf(holder: Candidate, best: Candidate): Gain {
  const isSudden = holder.hasChanged === true || best.hasChanged === true;
  return { fromMs: timeMs(holder), toMs: timeMs(best), isSudden };
}

function timeMs({ ms, addedMs = 0 }: Candidate): number {
  return ms + addedMs;
}
