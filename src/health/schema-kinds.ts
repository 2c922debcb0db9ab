import { isIPv4, isIPv6 } from 'node:net';
import { z } from 'zod';
import { duration } from '../util/duration.ts';
import { wholeNumber } from '../util/whole-number.ts';
import { filePath, notAMap, oneOrMore, port, text } from './schema-fields.ts';

/** The types a dns probe can ask for, and their numbers (RFC 1035 section 3.2.2, RFC 3596, RFC 2782). */
export const DNS_TYPES = { A: 1, NS: 2, CNAME: 5, SOA: 6, PTR: 12, MX: 15, TXT: 16, AAAA: 28, SRV: 33 } as const;

/** The response codes it can wait for (RFC 1035 section 4.1.1). */
export const DNS_RCODES = { NOERROR: 0, FORMERR: 1, SERVFAIL: 2, NXDOMAIN: 3, NOTIMP: 4, REFUSED: 5 } as const;

export type DnsType = keyof typeof DNS_TYPES;
export type DnsRcode = keyof typeof DNS_RCODES;

const dnsTypes = Object.keys(DNS_TYPES) as DnsType[];
const dnsRcodes = Object.keys(DNS_RCODES) as DnsRcode[];

const nameExpected = 'a domain name such as www.example.com';
const domainName = z
  .string(nameExpected)
  .max(254, nameExpected)
  .regex(/^(?:\.|(?:[\w*-]{1,63}\.)*[\w*-]{1,63}\.?)$/, nameExpected);

const dnsForms: Partial<Record<DnsType, { form: string; fits: (data: string) => boolean }>> = {
  A: { form: 'an IPv4 address, as answers of type A are', fits: isIPv4 },
  AAAA: { form: 'an IPv6 address, as answers of type AAAA are', fits: isIPv6 },
};

export const dnsOptions = z
  .strictObject(
    {
      port: port.default(53).meta({ description: 'The port.' }),
      name: domainName.meta({ description: 'The name asked for.' }),
      type: z
        .enum(dnsTypes, `one of ${dnsTypes.join(', ')}`)
        .default('A')
        .meta({ description: 'The type asked for.' }),
      rcode: z
        .enum(dnsRcodes, `one of ${dnsRcodes.join(', ')}`)
        .default('NOERROR')
        .meta({ description: 'The response code that is a success.' }),
      expect: oneOrMore(text('data of an answer'), 'data of an answer, or a list')
        .optional()
        .meta({ description: 'Data of which each must stand among the answers, as in a master file.' }),
      over: z.enum(['udp', 'tcp'], 'udp or tcp').default('udp').meta({ description: 'The transport.' }),
    },
    { error: notAMap },
  )
  .superRefine(({ type, expect }, context) => {
    const { form, fits } = dnsForms[type] ?? {};
    if (form === undefined || expect?.every((data) => fits?.(data)) !== false) return;
    context.addIssue({ code: 'custom', path: ['expect'], message: form, params: { problem: 'bad-data' } });
  })
  .transform((options) => ({ ...options, expect: options.expect }))
  .meta({ description: 'A DNS question, asked of the endpoint itself.' });

export const execOptions = z
  .strictObject(
    {
      command: z
        .tuple([filePath], z.string('text').max(4_096, 'text'), {
          error: 'a list: the path of a program, then its arguments',
        })
        .meta({
          description:
            'A program by its path (looked for beside this file, then in the current directory), and its arguments; no shell reads them. {address}, {port} and {endpoint} stand for what is probed.',
        }),
      codes: oneOrMore(wholeNumber(0, 255), 'an exit code from 0 to 255, or a list')
        .prefault(0)
        .meta({ description: 'The exit codes that are a success.' }),
      port: port.optional().meta({ description: 'What {port} stands for.' }),
    },
    { error: (issue) => (issue.code === 'invalid_type' ? 'a map such as { command: [/usr/bin/true] }' : undefined) },
  )
  .transform((options) => ({ ...options, port: options.port }))
  .meta({ description: 'A command that is run; its exit code decides.' });

export const pushOptions = z
  .strictObject(
    {
      token: z
        .string('a secret of 16 to 256 printable characters')
        .regex(/^[\x21-\x7e]{16,256}$/, 'a secret of 16 to 256 printable characters')
        .meta({ description: 'The secret by which an endpoint is believed to be who it says.' }),
      ttl: duration('1s', '1d').prefault('30s').meta({
        description: 'How long a report holds. An endpoint that is silent for longer is down.',
      }),
    },
    { error: (issue) => (issue.code === 'invalid_type' ? 'a map such as { token: ..., ttl: 30s }' : undefined) },
  )
  .transform(({ token, ttl }) => ({ token, ttlMs: ttl }))
  .meta({ description: 'No question at all: the endpoint reports itself, over HTTP.' });

export const fileOptions = z
  .strictObject(
    {
      path: filePath.meta({
        description: 'A file of states: JSON, YAML, or lines of a name and a state. Relative to this file.',
      }),
    },
    { error: (issue) => (issue.code === 'invalid_type' ? 'a map such as { path: /run/states.json }' : undefined) },
  )
  .meta({ description: 'A file of states that another program writes. It is watched.' });
