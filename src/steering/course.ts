import type { EndpointState, World } from './decision.ts';
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

/** The same with everything up that is down or not known yet, untraced; the very same where nothing is. */
export function withAllUp(course: Course): Course {
  const { states } = course.world;
  if (states.every(isUpAlready)) return course;
  const world = { ...course.world, states: states.map((state) => (isUpAlready(state) ? state : 'up')) };
  return { ...course, world, trace: undefined };
}

function isUpAlready(state: EndpointState): boolean {
  return state !== 'down' && state !== 'unknown';
}
