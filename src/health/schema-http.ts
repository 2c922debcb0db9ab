import { z } from 'zod';
import { wholeNumber } from '../util/whole-number.ts';
import { parseJsonPath } from './json-path.ts';
import {
  certificateFields,
  expression,
  hostAndPort,
  isMapping,
  notAMap,
  port,
  serverName,
  text,
} from './schema-fields.ts';

const statusExpected = 'an HTTP status from 200 to 599, a range such as 200-299, or a list of them';

/** From the first to the last of them. */
export type StatusRange = readonly [number, number];

// Answers of 1xx are on the way to the real one, so they can not be waited for.
const status = z
  .union([z.int().min(200).max(599), z.string().regex(/^[2-5]\d\d-[2-5]\d\d$/)], { error: statusExpected })
  .transform((written): StatusRange => {
    const [from, to] = String(written).split('-').map(Number);
    return [from!, to ?? from!];
  })
  .refine(([from, to]) => from <= to, statusExpected);

const statuses = z
  .union([status, z.array(status).min(1, statusExpected)], { error: statusExpected })
  .transform((written) => [...new Map(listOf(written).map((range) => [range.join('-'), range])).values()].sort());

function listOf(written: StatusRange | readonly StatusRange[]): readonly StatusRange[] {
  return isRange(written) ? [written] : written;
}

function isRange(written: StatusRange | readonly StatusRange[]): written is StatusRange {
  return typeof written[0] === 'number';
}

/** A field name and a field value that can go on the wire as they are (RFC 9110, sections 5.1 and 5.5). */
const fieldName = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
const fieldValue = /^(?:[\x21-\x7e](?:[\x20-\x7e\t]*[\x21-\x7e])?)?$/;

/** What frames the message or belongs to the connection is not the operator's to set; the host has a key of its own. */
const fieldsOfOurs = new Set(
  'host connection content-length expect keep-alive te trailer transfer-encoding upgrade accept-encoding'.split(' '),
);

const headerExpected = 'the name of a header that is not about the connection; for Host, the key host beside headers';

const headers = z
  .record(
    z
      .string()
      .regex(fieldName, headerExpected)
      .refine((name) => !fieldsOfOurs.has(name.toLowerCase()), headerExpected),
    z.string('a header value as text').regex(fieldValue, 'a header value of printable ASCII'),
    {
      error: (issue) => (issue.code === 'invalid_key' ? headerExpected : 'a map from header names to values'),
    },
  )
  .default({})
  .meta({ description: 'Further request headers, by name.' });

const jsonPath = z.string('a path such as status or checks[0].state').transform((written, context) => {
  const path = parseJsonPath(written);
  if (path !== undefined) return path;
  const message = 'a path such as status or checks[0].state';
  context.addIssue({ code: 'custom', message, params: { problem: 'bad-json-path' } });
  return z.NEVER;
});

const scalarExpected = 'text, a number, true, false or null';
const scalar = z.union([z.string(), z.number(), z.boolean(), z.null()], { error: scalarExpected });

/** Exactly one of them; what is left out is not looked at. */
export type BodyCheck =
  | { readonly contains: string }
  | { readonly matches: string }
  | { readonly json: readonly (string | number)[]; readonly equals: string | number | boolean | null };

const bodyExpected = 'exactly one of contains, matches, or json with equals';

const body = z
  .strictObject(
    {
      contains: text('text that the body contains')
        .optional()
        .meta({ description: 'Text that stands in the first 64 KiB of the body.' }),
      matches: expression
        .optional()
        .meta({ description: 'A regular expression that matches somewhere in the first 64 KiB of the body.' }),
      json: jsonPath.optional().meta({
        description: 'A path into a body of JSON of at most 64 KiB, such as status or checks[0].state.',
      }),
      equals: scalar.optional().meta({ description: 'The value that stands at the path `json`.' }),
    },
    { error: (issue) => (issue.code === 'invalid_type' ? 'a map such as { contains: ok }' : undefined) },
  )
  .superRefine(
    (written, context) => {
      const checks = ['contains', 'matches', 'json'].filter((key) => key in written);
      if (checks.length === 1 && 'json' in written === 'equals' in written) return;
      context.addIssue({ code: 'custom', message: bodyExpected, params: { problem: 'bad-body-check' } });
    },
    { when: ({ value }) => isMapping(value) },
  )
  .transform((written): BodyCheck => written as BodyCheck);

const httpFields = {
  path: z
    .string('a path that begins with /')
    .regex(/^\/[\x21\x22\x24-\x7e]*$/, 'a path that begins with /, without spaces or #')
    .default('/')
    .meta({ description: 'What is asked for: a path, with a query string where needed.' }),
  status: statuses
    .prefault(200)
    .meta({ description: 'The status, the range (200-299), or the list of them, that is a success.' }),
  host: hostAndPort.optional().meta({
    description:
      'The Host header, as it is sent. For https its name is also what the certificate must be for. Default: the address.',
  }),
  method: z.enum(['GET', 'HEAD', 'OPTIONS'], 'GET, HEAD or OPTIONS').default('GET').meta({
    description: 'The request method.',
  }),
  headers,
  body: body.optional().meta({ description: 'What the body must be beside its status.' }),
  redirects: wholeNumber(0, 10).default(0).meta({
    description:
      'How many redirects are followed, as long as they lead to the same host. 0: a redirect is an answer like any other.',
  }),
};

interface Written {
  readonly method: string;
  readonly host?: string | undefined;
  readonly body?: BodyCheck | undefined;
}

/** A HEAD has no body to check. */
const bodyless = {
  check: ({ method, body }: Written) => method !== 'HEAD' || body === undefined,
  said: { path: ['body'], message: 'no body check with method HEAD', params: { problem: 'bad-body-check' } },
};

/** Every key always there, so that two configs compare key by key. */
function filled<T extends Written>(options: T) {
  return { ...options, host: options.host, body: options.body };
}

export const httpOptions = z
  .strictObject({ port: port.default(80).meta({ description: 'The TCP port.' }), ...httpFields }, { error: notAMap })
  .refine(bodyless.check, bodyless.said)
  .transform(filled)
  .meta({ description: 'A request in plain HTTP/1.1, on a connection of its own.' });

export const httpsOptions = z
  .strictObject(
    {
      port: port.default(443).meta({ description: 'The TCP port.' }),
      ...httpFields,
      sni: serverName.optional().meta({
        description: 'The server name sent in the TLS handshake, and what the certificate must be for. Default: host.',
      }),
      ...certificateFields,
    },
    { error: notAMap },
  )
  .refine(bodyless.check, bodyless.said)
  .transform((options) => ({ ...filled(options), sni: options.sni, ca: options.ca }))
  .meta({ description: 'A request in HTTP/1.1 over TLS, on a connection of its own.' });
