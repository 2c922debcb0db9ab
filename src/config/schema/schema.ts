import { z } from 'zod';
import { probeSchema } from '../../health/schema.ts';
import { healthSchema } from '../../health/schema-health.ts';
import { continent } from '../../steering/clients.ts';
import { countryCode } from '../../steering/country.ts';
import { duration } from '../../util/duration.ts';
import { wholeNumber } from '../../util/whole-number.ts';
import { admin } from './admin-schema.ts';
import { address, clientPrefix, domainName, hostPort, oneOrMore } from './fields.ts';
import { hook } from './hooks-schema.ts';
import { latency } from './latency-schema.ts';
import { policySchema } from './policy.ts';
import { atLeastUp, safety } from './safety-schema.ts';
import { server } from './server-schema.ts';
import { reload, tests } from './tests-schema.ts';

/** Names of regions, services, policies, probes and networks. */
export const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/;

/**
 * A mapping from names to things of one kind. The names themselves are checked apart: zod does not look behind a bad
 * one.
 */
function named<T extends z.ZodType>(thing: T, form: string) {
  return z.record(z.string(), thing, form).meta({ propertyNames: { pattern: NAME.source } });
}

const coordinate = (form: string, bound: number) => z.number(form).min(-bound, form).max(bound, form);

const databasePath = z.string('the path of an .mmdb file').min(1, 'the path of an .mmdb file');

const geo = z
  .strictObject({
    databases: z
      .union([databasePath, z.array(databasePath)], { error: 'the path of an .mmdb file, or a list' })
      .transform((paths) => [paths].flat())
      .prefault([])
      .meta({
        description:
          'Files in MaxMind DB format. A later one fills in what earlier ones lack. Looked for beside this file, then in the current directory, then in the folder of Aya.',
      }),
    networks: named(oneOrMore(clientPrefix, 'a network such as 192.0.2.0/24'), 'networks by name')
      .default({})
      .meta({ description: "Names for networks of one's own. The longest match wins over any database." }),
  })
  .prefault({})
  .meta({ description: 'What is known of where clients are.' });

const LOCATION_FORM = '[latitude, longitude] in degrees, north and east positive';

const drain = (what: string) =>
  z
    .boolean('true or false')
    .default(false)
    .meta({
      description: `true: ${what} get no new clients while another endpoint is up. Probes go on, and nothing is alarmed.`,
    });

const region = z.strictObject(
  {
    location: z
      .tuple(
        [coordinate('a latitude from -90 to 90', 90), coordinate('a longitude from -180 to 180', 180)],
        LOCATION_FORM,
      )
      .optional()
      .meta({ description: `Where it is: ${LOCATION_FORM}.` }),
    tags: z.array(z.string('text'), 'a list of tags').default([]).meta({ description: 'Words that say what it is.' }),
    country: countryCode.optional().meta({ description: 'The country it is in: ISO 3166-1, two capital letters.' }),
    continent: continent.optional().meta({ description: 'The continent it is on: AF, AN, AS, EU, NA, OC or SA.' }),
    drain: drain('its endpoints'),
    probe: z
      .string('the name of a probe')
      .optional()
      .meta({ description: 'A probe of the region itself: while it is down, all its endpoints are. Default: none.' }),
    check: hostPort.optional().meta({ description: 'Where that probe goes: address:port.' }),
  },
  expectedMapping('a region: { location: [latitude, longitude], tags: [...] }'),
);

const endpoint = z
  .strictObject(
    {
      region: z
        .string('the name of a region')
        .optional()
        .meta({ description: 'The region it is in. Default: the region that has its name.' }),
      a: oneOrMore(address(4, 'aaaa'), 'an IPv4 address')
        .optional()
        .meta({ description: 'Its IPv4 address, or several.' }),
      aaaa: oneOrMore(address(6, 'a'), 'an IPv6 address')
        .optional()
        .meta({ description: 'Its IPv6 address, or several.' }),
      cname: domainName.optional().meta({
        description: 'In place of addresses: the name of which it is an alias, such as that of a load balancer.',
      }),
      service: z.string('the name of a service').optional().meta({
        description: 'In place of addresses: another service, whose endpoints share what this one gets.',
      }),
      drain: drain('it'),
      weight: wholeNumber(0, 65_535).default(1).meta({
        description: 'Its share relative to the other endpoints, where the policy weighs. 0: a last resort.',
      }),
      check: hostPort.optional().meta({ description: 'What is probed in place of its addresses: address:port.' }),
    },
    expectedMapping('an endpoint: { a: ..., aaaa: ... }, { cname: ... } or { service: ... }'),
  )
  .meta({
    oneOf: [
      { anyOf: [{ required: ['a'] }, { required: ['aaaa'] }] },
      { required: ['cname'] },
      { required: ['service'] },
    ],
  });

const TTL_MAX_SECONDS = 2 ** 31 - 1; // RFC 2181 section 8

const ttl = duration('0s', `${TTL_MAX_SECONDS}s`).refine((ms) => ms % 1000 === 0, 'a duration of whole seconds');

const WHEN_ALL_DOWN_FORM =
  'all, none, refuse, lastGood, the name of another service, { service: ... }, or { a: ..., aaaa: ... }';

const breakFence = z
  .boolean('true or false')
  .default(false)
  .meta({ description: 'true: it may be answered to clients whom a fence would keep from it.' });

const whenAllDown = z
  .union(
    [
      z.string(WHEN_ALL_DOWN_FORM),
      z
        .strictObject({
          service: z
            .string('the name of a service')
            .optional()
            .meta({ description: 'Another service that is answered instead.' }),
          a: oneOrMore(address(4, 'aaaa'), 'an IPv4 address')
            .optional()
            .meta({ description: 'IPv4 addresses that count as always up.' }),
          aaaa: oneOrMore(address(6, 'a'), 'an IPv6 address')
            .optional()
            .meta({ description: 'IPv6 addresses that count as always up.' }),
          breakFence,
        })
        .refine(
          ({ service, a, aaaa }) => (service === undefined) !== (a === undefined && aaaa === undefined),
          'either service, or a and aaaa with addresses',
        ),
    ],
    { error: WHEN_ALL_DOWN_FORM },
  )
  .default('all')
  .meta({
    description:
      'While no endpoint is up. all: answer as if all were. none: answer without data. refuse: SERVFAIL. lastGood: those that were up last. Or another service by name, or addresses.',
  });

const service = z.strictObject(
  {
    policy: z.string('the name of a policy').meta({ description: 'The policy that chooses among the endpoints.' }),
    probe: z
      .string('the name of a probe')
      .optional()
      .meta({ description: 'The probe that checks them. Without one they count as up.' }),
    ttl: ttl.prefault('30s').meta({
      description:
        'How long resolvers may keep an answer, where the zone file gives the name no TTL: clients follow a failover that much later.',
    }),
    answers: wholeNumber(1, 64).optional().meta({
      description: 'How many endpoints an answer names, at most. Default: what a limit of the policy says, or 1.',
    }),
    whenAllDown,
    atLeastUp: atLeastUp.optional().meta({
      description: 'How many of its endpoints must be left up and not draining. Default: what safety says.',
    }),
    endpoints: named(endpoint, 'endpoints by name')
      .refine((endpoints) => Object.keys(endpoints).length > 0, 'at least one endpoint')
      .meta({
        description: 'What is answered, by name: that of a region, unless the endpoint says which.',
        minProperties: 1,
      }),
  },
  expectedMapping('a service: { policy: ..., endpoints: ... }'),
);

const zone = z
  .strictObject(
    {
      file: z
        .string('the path of a master file')
        .optional()
        .meta({ description: 'A master file (RFC 1035). Looked for beside this file, then in the current directory.' }),
      records: z
        .string('the text of a master file: records: |')
        .optional()
        .meta({ description: 'The text of a master file itself.' }),
    },
    expectedMapping('a zone: { file: ... } or { records: ... }'),
  )
  .meta({ oneOf: [{ required: ['file'] }, { required: ['records'] }] });

/**
 * The whole file. Messages complete the words "expected ..."; descriptions go into config/schema.json, which editors
 * show.
 */
export const configSchema = z
  .strictObject(
    {
      server,
      geo,
      regions: named(region, 'regions by name').default({}).meta({ description: 'Data centres or cloud regions.' }),
      probes: named(probeSchema, 'probes by name')
        .default({})
        .meta({ description: 'Checks of whether an endpoint works.' }),
      health: healthSchema,
      policies: named(policySchema, 'policies by name')
        .default({})
        .meta({ description: 'Ways to choose among endpoints.' }),
      services: named(service, 'services by name').default({}).meta({
        description:
          'What a name can point to: in a zone file, `www 20 IN SERVICE web` makes www a name of the service web.',
      }),
      latency,
      admin,
      safety,
      tests,
      reload,
      hooks: named(hook, 'hooks by name').default({}).meta({ description: 'Who is told of changes.' }),
      zones: z
        .record(z.string(), zone, 'zones by name')
        .refine((zones) => Object.keys(zones).length > 0, 'at least one zone')
        .meta({ description: 'The zones that are answered for, by the name of their apex.', minProperties: 1 }),
    },
    expectedMapping('a mapping with the sections of a configuration'),
  )
  .meta({ title: 'Configuration of Aya' });

export type ValidConfig = z.output<typeof configSchema>;
export type ValidRegion = z.output<typeof region>;
export type ValidService = z.output<typeof service>;
export type ValidEndpoint = z.output<typeof endpoint>;

/** The words for a value that is no mapping at all; its keys have words of their own. */
function expectedMapping(form: string) {
  return { error: (issue: { readonly code?: string }) => (issue.code === 'invalid_type' ? form : undefined) };
}
