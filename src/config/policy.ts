import { z } from 'zod';
import type { Step } from '../steering/step.ts';
import { type ConfiguredStep, type StepKind, steps } from '../steering/steps/index.ts';
import { nearestSpelling } from '../util/spelling.ts';
import { entriesIn, isMapping, keysIn } from './written.ts';

const kinds = Object.keys(steps) as StepKind[];

/** The kinds that may stand as a bare word. */
const bareKinds = kinds.filter((kind) => steps[kind].bare !== undefined);

const FORMS = kinds.map((kind) => (steps[kind].bare === undefined ? `{ ${kind}: ... }` : kind)).join(', ');
const STEP_FORM = `a step: one of ${FORMS}`;

const bareStep = z
  .string(STEP_FORM)
  .transform((word, context): ConfiguredStep => {
    const bare = isKind(word) ? steps[word].bare : undefined;
    if (isKind(word) && bare !== undefined) return configured(word, bare);
    const [problem, message] = isKind(word)
      ? ['bad-value', `{ ${word}: ... } with its settings`]
      : ['unknown-step', meant(word)];
    context.addIssue({ code: 'custom', message, params: { problem } });
    return z.NEVER;
  })
  .meta({ enum: bareKinds });

const settingsByKind = Object.fromEntries(kinds.map((kind) => [kind, steps[kind].schema.optional() as z.ZodType]));

const keyedStep = z
  // Not strict: an unknown key is an unknown step here, which says more.
  .object(settingsByKind, STEP_FORM)
  .catchall(z.unknown())
  .superRefine(
    (written, context) => {
      const unknown = keysIn(written).filter((key) => !isKind(key));
      for (const key of unknown) {
        context.addIssue({
          code: 'custom',
          path: [key],
          message: meant(key),
          params: { problem: 'unknown-step', at: 'key' },
        });
      }
      if (unknown.length > 0 || keysIn(written).length === 1) return;
      context.addIssue({ code: 'custom', message: `one step an entry: each of ${FORMS} in an entry of its own` });
    },
    // Also beside other mistakes: a wrong setting must not hide a step that does not exist.
    { when: ({ value }) => isMapping(value) },
  )
  .transform((written) => {
    const [kind] = Object.keys(written) as StepKind[];
    return configured(kind!, written[kind!]);
  })
  .meta({ additionalProperties: false, minProperties: 1, maxProperties: 1 });

/** The list of steps that makes a policy. Made from the table of steps: a new kind of step needs nothing here. */
export const policySchema = z
  .array(z.union([bareStep, keyedStep], { error: STEP_FORM }), `a list of steps: ${FORMS}`)
  .min(1, 'at least one step')
  .meta({
    description:
      'Steps over the endpoints that are up, in order; each orders within what the steps before it left equal.',
  });

/** What can be read of a step as it is written, whatever else is wrong with it: the kinds it names, and their settings as they stand. */
export function readStep(written: unknown): readonly { kind: StepKind; step: Step<unknown>; settings: unknown }[] {
  const named = typeof written === 'string' ? [[written, undefined] as const] : entriesIn(written);
  return named.flatMap(([kind, settings]) =>
    isKind(kind) ? [{ kind, step: steps[kind] as Step<unknown>, settings }] : [],
  );
}

// The table pairs each kind with its own settings type; TypeScript cannot follow that pairing through an index.
function configured(kind: StepKind, settings: unknown): ConfiguredStep {
  return { kind, settings } as ConfiguredStep;
}

function isKind(word: string): word is StepKind {
  return Object.hasOwn(steps, word);
}

function meant(word: string): string {
  return nearestSpelling(word, kinds) ?? STEP_FORM;
}
