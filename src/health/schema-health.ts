import { isIP } from 'node:net';
import { z } from 'zod';
import { duration } from '../util/duration.ts';
import { wholeNumber } from '../util/whole-number.ts';
import { isMapping } from './schema-fields.ts';

const percentExpected = 'a part such as 50%, from 0% to 100%';
const percent = z
  .string(percentExpected)
  .regex(/^(?:\d{1,2}|100)%$/, percentExpected)
  .transform((text) => Number.parseInt(text, 10) / 100);

const referenceExpected = 'an address and a port, such as 192.0.2.1:443 or "[2001:db8::1]:443"';

/** A place that is known to work. */
const reference = z.string(referenceExpected).transform((text, context) => {
  const [, v6, v4, port = ''] = /^(?:\[([0-9A-Fa-f:.]+)\]|([0-9.]+)):(\d{1,5})$/.exec(text) ?? [];
  const address = v6 ?? v4 ?? '';
  if (isIP(address) === (v6 === undefined ? 4 : 6) && Number(port) >= 1 && Number(port) <= 65_535) {
    return { address, port: Number(port) };
  }
  context.addIssue({ code: 'custom', message: referenceExpected, params: { problem: 'bad-address' } });
  return z.NEVER;
});

const suspicion = z
  .strictObject({
    share: percent.prefault('50%').meta({
      description:
        'The part of the addresses that were up: when more of them fail within one interval, Aya doubts itself.',
    }),
    failures: wholeNumber(2, 100_000).default(5).meta({ description: 'Fewer failures than this are always believed.' }),
    hold: duration('1s', '1h').prefault('1m').meta({ description: 'How long the last good verdicts are held then.' }),
    references: z.array(reference, `a list: ${referenceExpected}`).default([]).meta({
      description:
        'Places that are known to work, by address and TCP port. While one of them answers, failures are believed.',
    }),
  })
  .transform(({ failures, hold, references, share }) => ({
    settings: { share, failuresMin: failures, holdMs: hold },
    references,
  }));

const outliers = z.strictObject({
  zScore: z
    .number('a number from 1 to 100')
    .min(1, 'a number from 1 to 100')
    .max(100, 'a number from 1 to 100')
    .default(3.5)
    .meta({ description: 'How many standard deviations slower than usual an endpoint may be.' }),
  floor: percent.prefault('20%').meta({ description: 'The part of its share that the slowest endpoint keeps.' }),
  part: percent.prefault('30%').meta({ description: 'The part of the endpoints of a service that may lose shares.' }),
});

const regions = z.strictObject({
  share: percent
    .prefault('50%')
    .meta({ description: 'When more of the endpoints in a region are down, all of it counts as down.' }),
  endpoints: wholeNumber(1, 100_000).default(2).meta({ description: 'Fewer that are down say nothing of the region.' }),
});

/** How verdicts are dealt with as a whole: the section `health` of a configuration. */
export const healthSchema = z
  .strictObject(
    {
      suspicion: suspicion.prefault({}).meta({ description: 'When most endpoints fail at once.' }),
      outliers: outliers
        .transform(({ zScore, floor, part }) => ({ zScore, floor, partMax: part }))
        .optional()
        .meta({ description: 'When an endpoint gets slow. Default: nothing.' }),
      regions: regions
        .transform(({ share, endpoints }) => ({ share, downMin: endpoints }))
        .optional()
        .meta({ description: 'When a region is down as a whole. Default: never.' }),
      ttlMin: duration('0s', '1h')
        .refine((ms) => ms % 1_000 === 0, 'a duration of whole seconds')
        .prefault('5s')
        .meta({
          description: 'The least to which the TTL of an answer falls while an endpoint in it is close to a change.',
        }),
    },
    { error: (issue) => (isMapping(issue.input) ? undefined : 'a map such as { suspicion: { hold: 1m } }') },
  )
  .transform(({ ttlMin, ...rest }) => ({ ...rest, ttlMinSeconds: ttlMin / 1_000 }))
  .prefault({})
  .meta({ description: 'How verdicts are dealt with as a whole.' });

export type HealthConfig = z.output<typeof healthSchema>;
