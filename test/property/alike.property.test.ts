import fc from 'fast-check';
import { expect, test } from 'vitest';
import { AlikeClasses } from '../../src/compile/alike.ts';
import { neededTiers } from '../../src/compile/rows.ts';
import { steeredServices } from '../../src/compile/steered.ts';
import { decideFromFacts } from '../../src/steering/decide.ts';
import type { Decision, EndpointState } from '../../src/steering/decision.ts';
import { readFacts } from '../../src/steering/plan.ts';
import { planOf } from '../../src/steering/planner.ts';
import { answersOf } from '../../src/steering/service-decision.ts';
import { seedOf } from '../support/seed.ts';
import { configOf, mapOf } from '../support/steered-config.ts';
import { anyDocument } from '../support/steering-arbitraries.ts';

const STATES: readonly EndpointState[] = ['up', 'up', 'draining', 'down', 'nothing'];

/** As far as an answer comes from it. */
function answered(decision: Decision): unknown {
  if (decision.kind === 'split') return decision;
  const records = { rdatas: [], type: 1 };
  return { ...decision, tiers: neededTiers(decision.tiers, decision.answers, () => records) };
}

test('classes that are held to be alike are decided alike', () => {
  const seed = seedOf('classes that are alike');
  let compared = 0;
  fc.assert(
    fc.property(
      anyDocument,
      fc.array(fc.constantFrom(...STATES), { minLength: 16, maxLength: 16 }),
      (document, states) => {
        const config = configOf(document);
        const plan = planOf('web', steeredServices(config));
        const facts = mapOf(config).cells.map((location) => readFacts(plan, location));
        const alike = AlikeClasses.of(plan, facts);
        if (alike === undefined) return;
        const ofLeaves = plan.leaves.map((_, leaf) => states[leaf % states.length]);
        const world = { nowMs: 0, stateOf: () => 'up' as const, states: ofLeaves, wasGood: ofLeaves.map(() => true) };
        const { groupOfClass, representatives } = alike.groups(
          plan.root,
          ofLeaves,
          answersOf(plan.root, plan.root.steps),
        );
        for (const [number, ofClass] of facts.entries()) {
          const ofGroup = facts[representatives[groupOfClass[number]]];
          expect(answered(decideFromFacts(plan, ofClass, world))).toEqual(
            answered(decideFromFacts(plan, ofGroup, world)),
          );
          compared++;
        }
      },
    ),
    { seed, numRuns: 500 },
  );
  expect(compared).toBeGreaterThan(100);
});
