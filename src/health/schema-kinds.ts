import { z } from 'zod';

const portExpected = 'a port from 1 to 65535';
const port = z.int(portExpected).min(1, portExpected).max(65_535, portExpected);

const statusExpected = 'an HTTP status from 200 to 599, or a list of them';
// Answers of 1xx are on the way to the real one, so they can not be waited for.
const status = z.int(statusExpected).min(200, statusExpected).max(599, statusExpected);

/** A field name and a field value that can go on the wire as they are (RFC 9110, sections 5.1 and 5.5). */
const fieldName = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
const fieldValue = /^(?:[\x21-\x7e](?:[\x20-\x7e\t]*[\x21-\x7e])?)?$/;

/** What frames the message or belongs to the connection is not the operator's to set; the host has a key of its own. */
const fieldsOfOurs = new Set([
  'host',
  'connection',
  'content-length',
  'expect',
  'keep-alive',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

const headers = z
  .record(
    z.string().regex(fieldName).refine(isFree),
    z.string('a header value as text').regex(fieldValue, 'a header value of printable ASCII'),
    {
      error: (issue) =>
        issue.code === 'invalid_key'
          ? 'the name of a header that is not about the connection; for Host, the key host beside headers'
          : 'a map from header names to values',
    },
  )
  .default({})
  .meta({ description: 'Further request headers, by name.' });

function isFree(name: string): boolean {
  return !fieldsOfOurs.has(name.toLowerCase());
}

const httpFields = {
  path: z
    .string('a path that begins with /')
    .regex(/^\/[\x21\x22\x24-\x7e]*$/, 'a path that begins with /, without spaces or #')
    .default('/')
    .meta({ description: 'What is asked for: a path, with a query string where needed.' }),
  status: z
    .union([status, z.array(status).min(1, statusExpected)], { error: statusExpected })
    .transform((statuses) => (typeof statuses === 'number' ? [statuses] : [...new Set(statuses)].sort()))
    .prefault(200)
    .meta({ description: 'The status, or the list of statuses, that is a success. Redirects are not followed.' }),
  host: z
    .string('a host name')
    .regex(/^[0-9A-Za-z_](?:[0-9A-Za-z_.-]{0,252})(?::\d{1,5})?$/, 'a host name, with :port where it is wanted')
    .optional()
    .meta({
      description:
        'The Host header, as it is sent. For https its name is also what the certificate must be for. Default: the address.',
    }),
  method: z.enum(['GET', 'HEAD'], 'GET or HEAD').default('GET').meta({ description: 'The request method.' }),
  headers,
};

export const httpOptions = z
  .strictObject({ port: port.default(80).meta({ description: 'The TCP port.' }), ...httpFields }, { error: notAMap })
  .transform(withHost)
  .meta({ description: 'A request in plain HTTP/1.1, on a connection of its own.' });

export const httpsOptions = z
  .strictObject(
    {
      port: port.default(443).meta({ description: 'The TCP port.' }),
      ...httpFields,
      verify: z
        .boolean('true or false')
        .default(true)
        .meta({ description: 'Whether the certificate must be valid, for this host and from a known authority.' }),
    },
    { error: notAMap },
  )
  .transform(withHost)
  .meta({ description: 'A request in HTTP/1.1 over TLS, on a connection of its own.' });

export const tcpOptions = z
  .strictObject({ port: port.meta({ description: 'The TCP port.' }) }, { error: notAMap })
  .meta({ description: 'A TCP connection, closed as soon as it is made.' });

/** Every key always there, so that two configs compare key by key. */
function withHost<T extends { host?: string | undefined }>(options: T): T & { host: string | undefined } {
  return { ...options, host: options.host };
}

function notAMap(issue: { code?: string | undefined }): string | undefined {
  return issue.code === 'invalid_type' ? 'a map of options such as { port: 8080 }' : undefined;
}
