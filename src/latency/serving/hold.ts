import { type Gain, type Hysteresis, isWorthAMove, thresholdMs } from './choose.ts';

/** What counts as equal where clients are sent, and what is worth a move. */
export interface HoldOptions extends Hysteresis {
  /** The widest band of any policy: whoever is served may be at any region within it. */
  readonly tieMs: number;
  readonly tiePercent: number;
}

/** New times by region, NaN where nothing is known. */
export interface NewTimes {
  readonly ms: Float32Array;
  /** 1 where the time was just found to have changed, beyond chance. */
  readonly hasChanged: Uint8Array;
}

/**
 * Writes to `served` the times by which clients go on being sent: those that are held, until clients who are sent by them would
 * gain enough by the new ones for their turn to have come. Then the two regions in question have their new times, and the others
 * theirs if need be, and no more. By region; NaN where nothing is known.
 *
 * So a choice is kept while nothing is worth a move, among whichever regions it is made.
 *
 * @param turn of these clients in this period, 0 to 1: see turn.ts.
 */
export function holdInto(
  served: Float32Array,
  held: Float32Array,
  times: NewTimes,
  options: HoldOptions,
  turn: number,
): void {
  const { ms: next } = times;
  for (let region = 0; region < held.length; region++) {
    const isKnown = Number.isNaN(held[region]!) === Number.isNaN(next[region]!);
    served[region] = isKnown ? held[region]! : next[region]!;
  }
  // Each round puts a new time in force, or is the last.
  while (settle(served, times, options, turn));
}

/** One round; whether it put a new time in force. What rules out most pairs is asked first. */
function settle(served: Float32Array, times: NewTimes, options: HoldOptions, turn: number): boolean {
  const { ms: next } = times;
  const leastMs = leastOf(next);
  let isChanged = false;
  for (let at = 0; at < next.length; at++) {
    const fromMs = next[at]!;
    const threshold = thresholdMs(fromMs, options);
    if (!(fromMs - leastMs > threshold)) continue;
    for (let other = 0; other < next.length; other++) {
      if (!(fromMs - next[other]! > threshold)) continue;
      if (served[at] === fromMs && served[other] === next[other]) continue;
      if (!mayBeAt(served[at]!, served[other]!, options)) continue;
      if (!isWorthAMove(gainOf(times, at, other), options, turn)) continue;
      served[at] = next[at]!;
      served[other] = next[other]!;
      isChanged = true;
    }
  }
  return isChanged;
}

/** Infinity for none. */
function leastOf(times: Float32Array): number {
  let least = Number.POSITIVE_INFINITY;
  for (let at = 0; at < times.length; at++) if (times[at]! < least) least = times[at]!;
  return least;
}

function gainOf({ ms, hasChanged }: NewTimes, at: number, other: number): Gain {
  return { fromMs: ms[at]!, toMs: ms[other]!, isSudden: hasChanged[at] === 1 || hasChanged[other] === 1 };
}

/** Whether clients that have the choice of both may be sent to a region of so many ms rather than to the other. */
function mayBeAt(ms: number, otherMs: number, { tieMs, tiePercent }: HoldOptions): boolean {
  return ms <= otherMs + Math.max(tieMs, (otherMs * tiePercent) / 100);
}
