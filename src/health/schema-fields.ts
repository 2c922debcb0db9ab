import { isIP } from 'node:net';
import { z } from 'zod';
import { wholeNumber } from '../util/whole-number.ts';
import { isExpression, unsafeIn } from './expression.ts';

const portExpected = 'a port from 1 to 65535';

/** A TCP or UDP port. */
export const port = z.int(portExpected).min(1, portExpected).max(65_535, portExpected);

/** One value, or a list of at least one: always a list in the output. */
export function oneOrMore<T extends z.ZodType>(item: T, form: string) {
  return z
    .union([item, z.array(item).min(1, form)], { error: form })
    .transform((value) => [value].flat() as z.output<T>[]);
}

/** Text that is not empty and fits into a packet or two. */
export function text(form: string) {
  return z.string(form).min(1, form).max(4_096, form);
}

/** The path of a file; whoever loads the configuration finds out what a relative one is relative to. */
export const filePath = z
  .string('the path of a file')
  .regex(/^[^\0]+$/, 'the path of a file')
  .max(4_096, 'the path of a file');

const hostName = '[0-9A-Za-z_](?:[0-9A-Za-z_.-]{0,252})';

/** A host name with a port where it is wanted, as in a Host header. */
export const hostAndPort = z
  .string('a host name')
  .regex(new RegExp(`^${hostName}(?::\\d{1,5})?$`), 'a host name, with :port where it is wanted');

/** A host name as TLS sends it (RFC 6066 section 3). */
export const serverName = z.string('a host name').regex(new RegExp(`^${hostName}$`), 'a host name');

/** A regular expression that stands by itself and can't take exponential time. */
export const expression = z
  .string('a regular expression')
  .min(1, 'a regular expression')
  .max(512, 'a regular expression of at most 512 characters')
  .superRefine((source, context) => {
    if (!isExpression(source)) {
      context.addIssue({ code: 'custom', message: 'a regular expression', params: { problem: 'bad-expression' } });
      return;
    }
    const unsafe = unsafeIn(source);
    if (unsafe === undefined) return;
    const message = `a regular expression whose time is bounded: this one has ${unsafe}`;
    context.addIssue({ code: 'custom', message, params: { problem: 'unsafe-expression' } });
  });

const sourceExpected = 'an IP address of this machine, or one of each family';

/** The addresses to probe from, at most one of each family. */
export const source = oneOrMore(
  z.string(sourceExpected).refine((address) => isIP(address) !== 0, sourceExpected),
  sourceExpected,
)
  .refine((addresses) => new Set(addresses.map(isIP)).size === addresses.length, sourceExpected)
  .meta({ description: 'The address of this machine to probe from: one, or one of each family.' });

/** What is checked of a certificate, and against whom. */
export const certificateFields = {
  verify: z
    .boolean('true or false')
    .default(true)
    .meta({ description: 'Whether the certificate must be valid, for this host and from a known authority.' }),
  daysLeft: wholeNumber(0, 3_650)
    .default(0)
    .meta({ description: 'How many days the certificate must still hold. 0: that it holds is enough.' }),
  ca: filePath.optional().meta({
    description:
      'A file of the authorities to trust, in PEM, in place of the ones that are known anyway. Looked for beside this file, then in the current directory.',
  }),
};

/** For a mapping of options: what is expected where there is none at all. */
export function notAMap(issue: { code?: string | undefined }): string | undefined {
  return issue.code === 'invalid_type' ? 'a map of options such as { port: 8080 }' : undefined;
}

/** Whether something is a mapping, so that its keys can be looked at beside other mistakes. */
export function isMapping(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
