import { z } from 'zod';
import { duration } from '../../util/duration.ts';
import { wholeNumber } from '../../util/whole-number.ts';
import { oneOrMore } from './fields.ts';

/** What changes, and can be told. */
const CHANGE_KINDS = ['verdict', 'region', 'override', 'fallback', 'safety', 'doubt'] as const;
export type ChangeKind = (typeof CHANGE_KINDS)[number];

const URL_FORM = 'an address that begins with http:// or https://';
const SECRET_FORM = 'whsec_ and 24 to 64 bytes in Base64, such as `echo whsec_$(openssl rand -base64 32)` prints';
const EXEC_FORM = 'a command as a list of words, the first the absolute path of a program';

const secret = z
  .string(SECRET_FORM)
  .regex(/^whsec_[A-Za-z0-9+/]{32,88}={0,2}$/, SECRET_FORM)
  .transform((text) => Uint8Array.from(Buffer.from(text.slice('whsec_'.length), 'base64')))
  .refine(({ length }) => length >= 24 && length <= 64, SECRET_FORM);

const common = {
  on: oneOrMore(z.enum(CHANGE_KINDS), `one of ${CHANGE_KINDS.join(', ')}`)
    .prefault([...CHANGE_KINDS])
    .meta({
      description: 'The changes that are told: verdict, region, override, fallback, safety, doubt. Default: all.',
    }),
  timeout: duration('100ms', '10m')
    .prefault('10s')
    .meta({ description: 'How long one telling may take: then it has failed, and a command is killed.' }),
  queue: wholeNumber(1, 100_000).default(1000).meta({
    description: 'How many changes wait for it at most. For one more, the oldest is given up: the newest is the truth.',
  }),
};

const webhook = z.strictObject({
  url: z
    .string(URL_FORM)
    .refine((text) => /^https?:$/.test(URL.parse(text)?.protocol ?? ''), URL_FORM)
    .meta({ description: 'Each change is posted there as JSON, one after the other.' }),
  secret: secret.optional().meta({
    description: 'By which each request is signed (HMAC-SHA256, in the form of Standard Webhooks). Default: unsigned.',
  }),
  giveUp: duration('0s', '7d').prefault('1h').meta({
    description: 'For how long a change is tried again, at growing intervals, while it is not taken.',
  }),
  ...common,
});

const command = z.strictObject({
  exec: z
    .array(z.string('a word'), EXEC_FORM)
    .min(1, EXEC_FORM)
    .refine(([program]) => program?.startsWith('/'), EXEC_FORM)
    .meta({
      description: 'A command that is run for each change, without shell, with the change as JSON on its input.',
    }),
  ...common,
});

/** One who is told of changes. */
export const hook = z.union([webhook, command], { error: 'a hook: { url: ... } or { exec: [...] }' });

export type ValidHook = z.output<typeof hook>;
