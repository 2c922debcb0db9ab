import type { World } from './decision.ts';
import type { PlanFacts } from './plan.ts';
import type { Trace } from './trace.ts';

/** What holds in one decision: of which canaries the client is, which fences are lifted, who asks why. */
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
