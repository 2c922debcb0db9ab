import { z } from 'zod';
import { clients } from '../../steering/clients.ts';
import { selector } from '../../steering/selector.ts';
import { oneOrMore } from './fields.ts';

const PERCENT_FORM = 'a percentage such as 5%';

/** In percent. */
export const percent = z.string(PERCENT_FORM).transform((text, context): number => {
  const [, amount] = /^(\d+(?:\.\d+)?)\s*%$/.exec(text) ?? [];
  if (amount !== undefined && Number(amount) <= 100) return Number(amount);
  context.addIssue({ code: 'custom', message: PERCENT_FORM });
  return z.NEVER;
});

const SHARES_FORM = '{ NAME: 5%, ... }, by region, endpoint or service';
const EXPECT_FORM = `the name of a region, endpoint or service, a selector such as { tag: eu }, a list of these, none, refuse, or ${SHARES_FORM}`;

const shares = z
  .record(z.string(), percent, SHARES_FORM)
  .refine((written) => Object.keys(written).length > 0, SHARES_FORM)
  .transform((percents) => ({ kind: 'shares' as const, percents }));

const nothing = z.enum(['none', 'refuse']).transform((what) => ({ kind: 'nothing' as const, what }));

const endpoints = selector.transform((meant) => ({ kind: 'endpoints' as const, meant }));

const TIME_FORM = 'a time with its zone, such as 2026-05-01T12:00:00Z';

const answer = {
  name: z.string('a domain name').meta({ description: 'The name that is asked for.' }),
  from: oneOrMore(z.string('text'), "an address, a country's code or the name of a network").meta({
    description: "Who asks: an address, a country's code such as DE, or the name of a network; of several, each.",
  }),
  type: z.enum(['A', 'AAAA'], { error: 'A or AAAA' }).default('A').meta({ description: 'The type that is asked for.' }),
  at: z.iso
    .datetime({ offset: true, error: TIME_FORM })
    .transform((text) => Date.parse(text))
    .optional()
    .meta({ description: `When: ${TIME_FORM}. Default: now.` }),
  down: oneOrMore(z.string('text'), 'the name of a region or service, or service/endpoint')
    .default([])
    .meta({ description: 'What is down: regions, services, service/endpoint. Everything else is up.' }),
  expect: z.union([shares, nothing, endpoints], { error: EXPECT_FORM }).meta({
    description: `What is answered: ${EXPECT_FORM}.`,
  }),
  tolerance: percent.prefault('0.5%').meta({ description: 'How far shares may be off, in percentage points.' }),
};

const services = oneOrMore(z.string('the name of a service'), 'the name of a service')
  .optional()
  .meta({ description: 'For these services only. Default: for all.' });

const never = z
  .strictObject({
    from: clients.optional().meta({ description: 'These clients. Default: all.' }),
    to: selector.meta({ description: 'are never answered these endpoints, whichever one region is down' }),
    services,
  })
  .meta({ description: 'Clients that must not be sent to some endpoints.' });

const EVERY_REGION = 'everyRegionServes';

const everyRegion = z
  .union([z.literal(true), z.strictObject({ services })], { error: 'true, or { services: [...] }' })
  .meta({ description: 'Each region that has endpoints is answered to some client while all is up.' });

const singleFailure = z
  .union([percent, z.strictObject({ share: percent.meta({ description: 'The share of clients.' }), services })], {
    error: 'a percentage such as 60%, or { share: 60%, services: [...] }',
  })
  .meta({ description: 'The failure of any one region moves no larger share of the clients of any service.' });

const TEST_FORM =
  '{ name: ..., from: ..., expect: ... }, { never: ... }, everyRegionServes, or { noSingleFailureExceeds: 60% }';

/** Keys that say by themselves what a test is. */
const PROPERTIES = ['never', EVERY_REGION, 'noSingleFailureExceeds'] as const;

const row = z.strictObject(answer).transform((written) => ({ kind: 'answer' as const, ...written }));

const property = z
  .strictObject({ never, everyRegionServes: everyRegion, noSingleFailureExceeds: singleFailure })
  .partial()
  .refine((written) => Object.keys(written).length === 1, `exactly one of ${PROPERTIES.join(', ')}`)
  .transform((written) => {
    const { never: forbidden, everyRegionServes: every, noSingleFailureExceeds: failure } = written;
    if (forbidden !== undefined) return { kind: 'never' as const, ...forbidden };
    if (failure === undefined) {
      return { kind: EVERY_REGION as typeof EVERY_REGION, ...(typeof every === 'object' && every) };
    }
    return {
      kind: 'noSingleFailureExceeds' as const,
      ...(typeof failure === 'number' ? { share: failure } : failure),
    };
  });

const bare = z
  .literal(EVERY_REGION, { error: TEST_FORM })
  .transform((): { kind: typeof EVERY_REGION; services?: string[] } => ({ kind: EVERY_REGION }));

/** Tests of what is answered to whom: rows, and properties over all clients. */
export const tests = z
  .array(z.union([bare, row, property], { error: TEST_FORM }), 'a list of tests')
  .default([])
  .meta({
    description:
      'What has to be answered to whom. Run by `aya test`, by `aya check`, and before each reload, which is refused where one fails.',
  });

export type RoutingTest = z.output<typeof tests>[number];
export type AnswerTest = Extract<RoutingTest, { kind: 'answer' }>;
export type NeverTest = Extract<RoutingTest, { kind: 'never' }>;
export type FailureTest = Extract<RoutingTest, { kind: 'noSingleFailureExceeds' }>;
export type RegionTest = Extract<RoutingTest, { kind: 'everyRegionServes' }>;

export const reload = z
  .strictObject({
    maxMovedClients: percent.optional().meta({
      description: 'The largest share of the clients of any service that a reload may move. Default: no limit.',
    }),
  })
  .prefault({})
  .meta({ description: 'What a reload may do.' });
