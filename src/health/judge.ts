import { afterFlip, type FlapSettings, type FlapState, isSuppressedAt, NO_FLAPS } from './flap.ts';
import { type HealthState, initialHealth, observe, type Thresholds } from './verdict.ts';

/** By what observations are judged. */
export interface Judgement extends Thresholds {
  /** Undefined: flips are not counted. */
  readonly flaps: FlapSettings | undefined;
}

export interface JudgedState extends HealthState {
  readonly flap: FlapState;
}

export function initialJudgement(): JudgedState {
  return { ...initialHealth(), flap: NO_FLAPS };
}

/** The state after one more observation: by the thresholds, and no coming up while the flap penalty is too high. */
export function judge(state: JudgedState, success: boolean, by: Judgement, nowMs: number): JudgedState {
  const health = observe(state, success, by);
  if (health.verdict === state.verdict || by.flaps === undefined) return { ...health, flap: state.flap };
  const comesUp = state.verdict === 'down';
  if (comesUp && isSuppressedAt(state.flap, nowMs, by.flaps)) return { ...health, verdict: 'down', flap: state.flap };
  const isFlip = state.verdict !== 'unknown';
  return { ...health, flap: isFlip ? afterFlip(state.flap, nowMs, by.flaps) : state.flap };
}
