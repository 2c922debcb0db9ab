import { z } from 'zod';
import type { HandOutcome } from '../../control/overrides/request.ts';
import { FORCES } from '../../health/overrides.ts';
import { type AdminReply, json, type Route } from '../route.ts';

const word = z.string().max(300);

const forceSchema = z.strictObject({
  target: word,
  force: z.enum(FORCES),
  forMs: z.int().positive().max(Number.MAX_SAFE_INTEGER).optional(),
  who: word.default(''),
  why: word.default(''),
  override: z.boolean().default(false),
});

const unforceSchema = forceSchema.pick({ target: true, who: true, override: true });

const STATUS = { unknown: 404, unsafe: 409, 'not-forced': 404 } as const;

/** Overrides a verdict by hand. */
export const force: Route = {
  method: 'POST',
  path: '/force',
  isPrivate: true,
  async answer({ operations }, { body }) {
    const { success, data, error } = forceSchema.safeParse(parsed(body));
    if (!success) return json(400, { error: z.prettifyError(error) });
    const { override: isUnsafe, forMs, ...rest } = data;
    return replyOf(await operations.hand.force({ ...rest, forMs, isUnsafe }));
  },
};

/** Takes an override back. */
export const unforce: Route = {
  method: 'POST',
  path: '/unforce',
  isPrivate: true,
  async answer({ operations }, { body }) {
    const { success, data, error } = unforceSchema.safeParse(parsed(body));
    if (!success) return json(400, { error: z.prettifyError(error) });
    const { override: isUnsafe, ...rest } = data;
    return replyOf(await operations.hand.unforce({ ...rest, isUnsafe }));
  },
};

function replyOf(outcome: HandOutcome): AdminReply {
  if (!outcome.ok) return json(STATUS[outcome.because], { error: outcome.why, because: outcome.because });
  const { kind, name, force: forced, untilMs } = outcome.override;
  const until = untilMs === undefined ? undefined : new Date(untilMs).toISOString();
  return json(200, { kind, name, force: forced, until, warnings: outcome.warnings });
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}
