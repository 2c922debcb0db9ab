import { z } from 'zod';
import { clients, referencesOfClients } from '../clients.ts';
import { hours } from '../hours.ts';
import type { Reference } from '../step.ts';
import { mappingLike, referencesIn } from '../written.ts';

const STATES = ['up', 'down', 'degraded', 'draining'] as const;
const IS_FORM = `a state: ${STATES.join(', ')}`;
const WHILE_FORM = '{ service: ..., is: down } or { region: ..., is: down }';

const named = (kind: string) => z.string().meta({ description: `The name of a ${kind}` });

const state = z.enum(STATES, { error: IS_FORM }).meta({
  description: 'up: something of it is; degraded: something, not all; down: nothing; draining: what is up of it is',
});

/** The state of something else. */
const condition = z.union(
  [z.strictObject({ service: named('service'), is: state }), z.strictObject({ region: named('region'), is: state })],
  { error: WHILE_FORM },
);

export type Condition = z.output<typeof condition>;
export type State = (typeof STATES)[number];

/** When steps apply: all of what is there must hold. */
const whenConditions = {
  from: clients.optional().meta({ description: 'Only for these clients' }),
  hours: hours.optional().meta({ description: 'Only in these hours' }),
  while: condition.optional().meta({ description: 'Only while another service or region is in this state' }),
};

const NO_CONDITION = 'at least one of from, hours and while';

/**
 * Steps that apply only under conditions, and others in place of them. It is no step itself: a policy with it is one
 * list of steps, some of which are guarded (see flatten in policy.ts). `list` is the schema of a list of steps.
 */
export function whenSchema<T extends z.ZodType>(list: T) {
  return z
    .strictObject(
      {
        ...whenConditions,
        steps: list.meta({ description: 'The steps that apply then' }),
        else: list.optional().meta({ description: 'The steps that apply otherwise. Default: none' }),
      },
      mappingLike('{ from: ..., steps: [...] }, { hours: ..., steps: [...] } or { while: ..., steps: [...] }'),
    )
    .refine((written) => written.from !== undefined || written.hours !== undefined || written.while !== undefined, {
      error: NO_CONDITION,
    })
    .meta({ description: 'Steps only for certain clients, at certain hours, or while something else is in a state' });
}

/** The names that its conditions mention, as written. */
export function referencesOfWhen(written: unknown): readonly Reference[] {
  const { from, while: other } = Object(written) as { from?: unknown; while?: unknown };
  const { service, region } = Object(other) as { service?: unknown; region?: unknown };
  return [
    ...referencesOfClients(from, ['from']),
    ...referencesIn(service, 'service', ['while', 'service']),
    ...referencesIn(region, 'region', ['while', 'region']),
  ];
}
