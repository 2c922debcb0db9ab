import type { World } from './decision.ts';
import type { PlanFacts } from './plan.ts';
import type { Trace } from './trace.ts';

/**
 * The surroundings of one decision: which canaries take the client, which fences are lifted, and the trace, if somebody
 * asks why.
 */
export interface Course {
  readonly facts: PlanFacts;
  readonly world: World;
  readonly isTaken: readonly boolean[];
  readonly lifted: number;
  readonly answersMin: number;
  /** Whether the client is sent to the second fastest. */
  readonly isExploring: boolean;
  readonly trace: Trace | undefined;
}
