import { z } from 'zod';
import { duration } from '../../util/duration.ts';
import { prefixBits } from '../prefix-bits.ts';
import { referencesOfSelector, selector, selects } from '../selector.ts';
import type { Step } from '../step.ts';
import { mappingLike, referencesIn } from '../written.ts';

const PERCENT_FORM = 'a percentage from 0 to 100, in steps of 0.1';

/** In tenths of a percent. */
const perMille = z
  .union(
    [
      z.number(PERCENT_FORM),
      z
        .string(PERCENT_FORM)
        .regex(/^\d+(\.\d+)?%$/, PERCENT_FORM)
        .transform((text) => Number.parseFloat(text)),
    ],
    {
      error: PERCENT_FORM,
    },
  )
  .transform((percent, context): number => {
    const tenths = Math.round(percent * 10);
    if (tenths >= 0 && tenths <= 1000 && Math.abs(tenths - percent * 10) < 1e-6) return tenths;
    context.addIssue({ code: 'custom', message: PERCENT_FORM });
    return z.NEVER;
  });

const START_FORM = 'a time such as 2026-11-22T08:00:00Z';

const ramp = z
  .strictObject(
    {
      from: perMille.prefault(0).meta({ description: 'The share at the start. Default: 0' }),
      to: perMille.meta({ description: 'The share at the end' }),
      start: z.iso
        .datetime({ offset: true, error: START_FORM })
        .transform((text) => Date.parse(text))
        .meta({ description: `When it starts: ${START_FORM}` }),
      over: duration('1s', '365d').meta({ description: 'How long it takes' }),
    },
    mappingLike('{ from: ..., to: ..., start: ..., over: ... }'),
  )
  .refine(({ from, to }) => from !== to, { path: ['to'], message: 'another share than from' });

const TO_FORM = 'a region, { endpoint: ... } or { service: ... }';

// Its key is not required, and then missed: that leaves both alternatives open to a misspelled key.
const service = z
  .strictObject({
    service: z.string('the name of a service').optional().meta({ description: 'The name of a service' }),
  })
  .refine(({ service: name }) => name !== undefined, TO_FORM) as z.ZodType<{ readonly service: string }>;

const CANARY_FORM = 'exactly one of percent and ramp';

const settings = z
  .strictObject(
    {
      percent: perMille.optional().meta({ description: 'The share of clients that are taken, in steps of 0.1' }),
      ramp: ramp.optional().meta({ description: 'A share that grows or falls with time' }),
      to: z
        .union([service, selector], { error: TO_FORM })
        .meta({ description: 'Where they are sent: regions, endpoints, or another service' }),
      name: z
        .string()
        .optional()
        .meta({ description: 'Canaries of one name take the same clients first. Default: the name of the policy' }),
      ...prefixBits,
    },
    mappingLike('{ percent: ..., to: ... } or { ramp: ..., to: ... }'),
  )
  .refine((written) => (written.percent === undefined) !== (written.ramp === undefined), CANARY_FORM);

export type Canary = z.output<typeof settings>;

/**
 * A small share of clients, the same ones each time, is sent elsewhere; the others are sent there only as a last
 * resort. As the share grows, those that were taken before stay.
 */
export const canary: Step<Canary> = {
  schema: settings.meta({ description: 'A share of the clients, the same ones each time, goes elsewhere' }),
  bare: undefined,
  references(written) {
    const { to } = Object(written) as { to?: unknown };
    const { service: name } = Object(to) as { service?: unknown };
    return name === undefined ? referencesOfSelector(to, ['to']) : referencesIn(name, 'service', ['to', 'service']);
  },
  rank({ to }, _facts, tier, { candidates, isCanary }) {
    if (isToService(to)) return tier.map(() => 0);
    return tier.map((index) => {
      const candidate = candidates[index];
      return candidate !== undefined && selects(to, candidate) === isCanary ? 0 : 1;
    });
  },
};

/** The service that the taken clients are sent to, where it is one. */
export function canaryService({ to }: Canary): string | undefined {
  return isToService(to) ? to.service : undefined;
}

/** The share of clients that are taken at a time, in tenths of a percent. */
export function canaryPerMille({ percent, ramp: change }: Canary, nowMs: number): number {
  if (change === undefined) return percent ?? 0;
  const progress = Math.min(1, Math.max(0, (nowMs - change.start) / change.over));
  const share = change.from + (change.to - change.from) * progress;
  // Each step when it is due and not before. A little to it, so that its time is already in it whatever was rounded.
  return change.to > change.from ? Math.floor(share + 1e-6) : Math.ceil(share - 1e-6);
}

/** When the share will change next; undefined: never. */
export function canaryChangesMs({ ramp: change }: Canary, nowMs: number): number | undefined {
  if (change === undefined || change.from === change.to || nowMs >= change.start + change.over) return undefined;
  const tenthMs = change.over / Math.abs(change.to - change.from);
  return Math.max(change.start, change.start + (Math.floor((nowMs - change.start) / tenthMs) + 1) * tenthMs);
}

function isToService(to: Canary['to']): to is { readonly service: string } {
  return typeof to === 'object' && !Array.isArray(to) && 'service' in to;
}
