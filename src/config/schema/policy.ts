import { z } from 'zod';
import type { PolicyStep, When } from '../../steering/policy.ts';
import type { Reference, Step } from '../../steering/step.ts';
import { type ConfiguredStep, type StepKind, steps } from '../../steering/steps/index.ts';
import { referencesOfWhen, whenSchema } from '../../steering/steps/when.ts';
import { nearestSpelling } from '../../util/spelling.ts';
import type { Path } from '../reading/path.ts';
import { entriesIn, isMapping, keysIn, written as valueAt } from '../reading/written.ts';

const kinds = Object.keys(steps) as StepKind[];

/** Steps under conditions: no kind of step, but it stands where one may. */
const WHEN = 'when';
const words: readonly string[] = [...kinds, WHEN];

/** The kinds that may stand as a bare word. */
const bareKinds = kinds.filter((kind) => steps[kind].bare !== undefined);

const FORMS = words
  .map((word) => (isKind(word) && steps[word].bare !== undefined ? word : `{ ${word}: ... }`))
  .join(', ');
const STEP_FORM = `a step: one of ${FORMS}`;

const bareStep = z
  .string(STEP_FORM)
  .transform((word, context): ConfiguredStep => {
    const bare = isKind(word) ? steps[word].bare : undefined;
    if (isKind(word) && bare !== undefined) return configured(word, bare);
    const [problem, message] = words.includes(word)
      ? ['bad-value', `{ ${word}: ... } with its settings`]
      : ['unknown-step', meant(word)];
    context.addIssue({ code: 'custom', message, params: { problem } });
    return z.NEVER;
  })
  .meta({ enum: bareKinds });

const settingsByKind = Object.fromEntries(kinds.map((kind) => [kind, steps[kind].schema.optional() as z.ZodType]));

const whenUnderKey = z
  .lazy(() => when)
  .optional()
  .meta({ description: 'Other steps, only under conditions' });

const keyedStep = z
  // Not strict: an unknown key is an unknown step here, which says more.
  .object({ ...settingsByKind, [WHEN]: whenUnderKey }, STEP_FORM)
  .catchall(z.unknown())
  .superRefine(
    (written, context) => {
      const unknown = keysIn(written).filter((key) => !words.includes(key));
      for (const key of unknown) {
        context.addIssue({
          code: 'custom',
          path: [key],
          message: meant(key),
          params: { problem: 'unknown-step', at: 'key' },
        });
      }
      if (unknown.length > 0 || keysIn(written).length === 1) return;
      const message =
        keysIn(written).length === 0 ? STEP_FORM : `one step an entry: ${keysIn(written).join(' and ')} each by itself`;
      context.addIssue({ code: 'custom', message });
    },
    // Also beside other mistakes: a wrong setting must not hide a step that does not exist.
    { when: ({ value }) => isMapping(value) },
  )
  .transform((written): PolicyStep => {
    const [word] = Object.keys(written);
    return isKind(word) ? configured(word, written[word]) : { kind: WHEN, settings: written.when as When['settings'] };
  })
  .meta({ additionalProperties: false, minProperties: 1, maxProperties: 1 });

const step = z.union([bareStep, keyedStep], { error: STEP_FORM }).meta({ id: 'step' });

const stepList: z.ZodType<PolicyStep[]> = z.array(step, `a list of steps: ${FORMS}`).min(1, 'at least one step');

const when: z.ZodType = whenSchema(z.lazy(() => stepList)).meta({ id: 'when' });

/** The list of steps that makes a policy. Made from the table of steps: a new kind of step needs nothing here. */
export const policySchema = stepList.meta({
  description:
    'Steps over the endpoints that are up, in order; each orders within what the steps before it left equal.',
});

/** A step as it is written, whatever is wrong with it, and where its settings stand. */
export interface WrittenStep {
  readonly kind: StepKind;
  readonly step: Step<unknown>;
  readonly settings: unknown;
  readonly path: Path;
}

type SettingsByKind = { readonly [S in ConfiguredStep as S['kind']]: S['settings'] };

/** The settings of a step as it understands them; undefined where they are not valid. */
export function settingsOf<K extends StepKind>(written: WrittenStep, kind: K): SettingsByKind[K] | undefined {
  if (written.kind !== kind) return undefined;
  const valid = written.step.schema.safeParse(written.settings ?? written.step.bare);
  return valid.success ? (valid.data as SettingsByKind[K]) : undefined;
}

/** The steps that can be read of a policy, those under conditions among them. */
export function stepsIn(list: unknown, path: Path): readonly WrittenStep[] {
  return entriesOfSteps(list, path).flatMap(({ word, settings, path: inner }) => {
    if (isKind(word)) return [{ kind: word, step: steps[word] as Step<unknown>, settings, path: inner }];
    if (word !== WHEN) return [];
    return ['steps', 'else'].flatMap((key) => stepsIn(valueAt(settings, key), [...inner, key]));
  });
}

/** Every name that a policy mentions. Paths lead from the document's root. */
export function referencesOfPolicy(list: unknown, path: Path): readonly Reference[] {
  return entriesOfSteps(list, path).flatMap(({ word, settings, path: inner }) => {
    const at = (references: readonly Reference[]): readonly Reference[] =>
      references.map((reference) => ({ ...reference, path: [...inner, ...reference.path] }));
    if (isKind(word)) return at((steps[word] as Step<unknown>).references(settings));
    if (word !== WHEN) return [];
    const ofSteps = ['steps', 'else'].flatMap((key) => referencesOfPolicy(valueAt(settings, key), [...inner, key]));
    return [...at(referencesOfWhen(settings)), ...ofSteps];
  });
}

/** The words of a list of steps, each with what stands behind it and where. */
function entriesOfSteps(list: unknown, path: Path): readonly { word: string; settings: unknown; path: Path }[] {
  if (!Array.isArray(list)) return [];
  return list.flatMap((written: unknown, index) =>
    typeof written === 'string'
      ? [{ word: written, settings: undefined, path: [...path, index, written] }]
      : entriesIn(written).map(([word, settings]) => ({ word, settings, path: [...path, index, word] })),
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
  return nearestSpelling(word, words) ?? STEP_FORM;
}
