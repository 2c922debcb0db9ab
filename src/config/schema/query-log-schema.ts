import { z } from 'zod';
import { wholeNumber } from '../../util/whole-number.ts';
import { oneOrMore } from './fields.ts';

const FILE_FORM = 'the path of a file, or "-" for standard output';

/** What of all answers is to be logged. */
const OUTCOMES = ['errors', 'nxdomain', 'truncated', 'limited'] as const;
export type LoggedOutcome = (typeof OUTCOMES)[number];
const OUTCOME_FORM = `one of ${OUTCOMES.join(', ')}`;

const EVERY_MAX = 1_000_000;
/** A worker's ring takes 320 octets a record: 335 MB at most. */
const RING_MAX = 1_048_576;

/** The query log. */
export const queryLog = z
  .strictObject({
    file: z.string(FILE_FORM).min(1, FILE_FORM).meta({
      description:
        'Where queries are written, a line of JSON each; "-": to standard output, where the log of the server itself goes. Relative to this file. Opened again when it is moved away.',
    }),
    every: wholeNumber(1, EVERY_MAX).default(1).meta({
      description: 'One in so many is written, by chance.',
    }),
    only: oneOrMore(z.enum(OUTCOMES, OUTCOME_FORM), OUTCOME_FORM).default([]).meta({
      description:
        'Only these: errors (a response code other than NOERROR and NXDOMAIN), nxdomain, truncated, limited (by the rate limit: dropped or slipped). Default: all.',
    }),
    ring: wholeNumber(64, RING_MAX).default(16_384).meta({
      description:
        'Records that each worker has room for, 320 octets each, until they are written; rounded up to a power of two. More are overwritten, oldest first.',
    }),
  })
  .optional()
  .meta({ description: 'The query log. Not there: none is written.' });

export type ValidQueryLog = NonNullable<z.output<typeof queryLog>>;
