import type { Situation } from '../compile/part.ts';
import type { Decision } from '../steering/decision.ts';
import type { Client } from './clients.ts';
import { courseOf, stickyOrder } from './course.ts';
import { type Distribution, distributionOf, tiersOf } from './shares.ts';

/** What a client is answered: all clients like it, and it alone by its address. */
export interface ClientAnswers {
  readonly ofAll: Distribution;
  /** The same as of all where there is no address to tell it by. */
  readonly ofClient: Distribution;
}

export function answerTo({ address }: Client, decision: Decision, situation: Situation): ClientAnswers {
  const ofAll = distributionOf(decision, situation);
  if (address === undefined) return { ofAll, ofClient: ofAll };
  const { outcome } = courseOf(decision, address);
  const ofClient = distributionOf(outcome, situation);
  const { draw, answers } = outcome;
  if (outcome.kind !== 'draw' || draw.kind !== 'sticky' || ofClient.first.size === 0) return { ofAll, ofClient };
  const order = tiersOf(outcome, situation).flatMap((tier) => stickyOrder(tier, situation.plan.leaves, address, draw));
  const named = order.slice(0, answers);
  return { ofAll, ofClient: { ...ofClient, first: new Map([[named[0], 1]]), named: new Set(named) } };
}
