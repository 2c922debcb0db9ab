import { z } from 'zod';
import { FORCE_MS_MAX, type HandOutcome } from '../../control/overrides/request.ts';
import { FORCES } from '../../health/overrides.ts';
import { type AdminReply, json, type Route } from '../route.ts';

// As long as the file of overrides takes it.
const LENGTH_MAX = 300;
const word = z.string().max(LENGTH_MAX, `expected at most ${LENGTH_MAX} characters`);

const forceSchema = z.strictObject({
  target: word,
  force: z.enum(FORCES),
  forMs: z.int().positive().max(FORCE_MS_MAX, `expected at most ${FORCE_MS_MAX} ms`).optional(),
  who: word.default(''),
  why: word.default(''),
  override: z.boolean().default(false),
});

const unforceSchema = forceSchema.pick({ target: true, who: true, override: true });

const STATUS = { unknown: 404, unsafe: 409, 'not-forced': 404, 'not-serving': 503 } as const;

/** Overrides a verdict by hand. */
export const force: Route = {
  method: 'POST',
  path: '/force',
  isPrivate: true,
  async answer({ operations }, { body, whoIs }) {
    const { success, data, error } = forceSchema.safeParse(parsed(body));
    if (!success) return malformed(error);
    const { override: isUnsafe, forMs, who, ...rest } = data;
    return replyOf(await operations.hand.force({ ...rest, who: whoIs(who), forMs, isUnsafe }));
  },
};

/** Takes an override back. */
export const unforce: Route = {
  method: 'POST',
  path: '/unforce',
  isPrivate: true,
  async answer({ operations }, { body, whoIs }) {
    const { success, data, error } = unforceSchema.safeParse(parsed(body));
    if (!success) return malformed(error);
    const { override: isUnsafe, who, target } = data;
    return replyOf(await operations.hand.unforce({ target, who: whoIs(who), isUnsafe }));
  },
};

function replyOf(outcome: HandOutcome): AdminReply {
  if (!outcome.ok) return json(STATUS[outcome.because], { error: outcome.why, because: outcome.because });
  const { kind, name, force: forced, untilMs } = outcome.override;
  const until = untilMs === undefined ? undefined : new Date(untilMs).toISOString();
  return json(200, { kind, name, force: forced, until, warnings: outcome.warnings });
}

function malformed({ issues }: z.ZodError): AdminReply {
  return json(400, { error: issues.map(({ path, message }) => `${path.join('.') || 'body'}: ${message}`).join('; ') });
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}
