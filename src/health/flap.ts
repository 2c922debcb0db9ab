/** How flips are held against an endpoint. */
export interface FlapSettings {
  /** After which half of the penalty is forgotten. */
  readonly halfLifeMs: number;
  /** The penalty from which on an endpoint is kept down; a flip is 1. */
  readonly suppress: number;
  /** The penalty below which it may come up again; less than `suppress`. */
  readonly reuse: number;
}

/** The penalty as it was at a moment. */
export interface FlapState {
  readonly penalty: number;
  readonly atMs: number;
  readonly isSuppressed: boolean;
}

export const NO_FLAPS: FlapState = { penalty: 0, atMs: 0, isSuppressed: false };

/** The state after a flip of the verdict. */
export function afterFlip(state: FlapState, nowMs: number, settings: FlapSettings): FlapState {
  const penalty = penaltyAt(state, nowMs, settings) + 1;
  return { penalty, atMs: nowMs, isSuppressed: isSuppressedAt(state, nowMs, settings) || penalty >= settings.suppress };
}

/** Whether what would come up is to be kept down. */
export function isSuppressedAt(state: FlapState, nowMs: number, settings: FlapSettings): boolean {
  return state.isSuppressed && penaltyAt(state, nowMs, settings) >= settings.reuse;
}

function penaltyAt({ penalty, atMs }: FlapState, nowMs: number, { halfLifeMs }: FlapSettings): number {
  return penalty * 2 ** (-Math.max(0, nowMs - atMs) / halfLifeMs);
}
