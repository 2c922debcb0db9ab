import { z } from 'zod';
import { duration, formatDuration } from '../util/duration.ts';
import { httpOptions, httpsOptions, tcpOptions } from './schema-kinds.ts';
import type { Thresholds } from './verdict.ts';

/** When a probe runs and what its results mean, whatever its kind. */
export interface ProbeSchedule extends Thresholds {
  /** From one start to the next. */
  readonly intervalMs: number;
  /** From the start to the last moment at which a success still counts; never more than the interval. */
  readonly timeoutMs: number;
}

export type HttpProbeConfig = ProbeSchedule & { readonly kind: 'http' } & Readonly<z.output<typeof httpOptions>>;
export type HttpsProbeConfig = ProbeSchedule & { readonly kind: 'https' } & Readonly<z.output<typeof httpsOptions>>;
export type TcpProbeConfig = ProbeSchedule & { readonly kind: 'tcp' } & Readonly<z.output<typeof tcpOptions>>;

/** A probe as the rest of the program sees it: everything filled in. */
export type ProbeConfig = HttpProbeConfig | HttpsProbeConfig | TcpProbeConfig;

const KINDS = ['http', 'https', 'tcp'] as const;
const timeoutDefaultMs = 2_000;
const thresholdExpected = 'a whole number from 1 to 100';
const threshold = z.int(thresholdExpected).min(1, thresholdExpected).max(100, thresholdExpected);

const fields = z.strictObject(
  {
    http: httpOptions.optional(),
    https: httpsOptions.optional(),
    tcp: tcpOptions.optional(),
    interval: duration('100ms', '1h')
      .prefault('10s')
      .meta({ description: 'Time from the start of one probe to the start of the next.' }),
    timeout: duration('10ms', '1m').optional().meta({
      description:
        'How long one probe may take in all before it fails; at most the interval. Default: 2s, or the interval where that is shorter.',
    }),
    fall: threshold.default(2).meta({ description: 'How many failures in a row take an endpoint that is up down.' }),
    rise: threshold.default(2).meta({ description: 'How many successes in a row bring an endpoint that is down up.' }),
  },
  { error: (issue) => (issue.code === 'invalid_type' ? 'a probe: a map with one of http, https, tcp' : undefined) },
);

/** One probe of the config's `probes` map. Issue messages complete the words "expected ...". */
export const probeSchema = fields
  .superRefine(
    (written, context) => {
      const kinds = KINDS.filter((kind) => written[kind] !== undefined);
      if (kinds.length !== 1) context.addIssue({ code: 'custom', message: `exactly one of ${KINDS.join(', ')}` });
    },
    // Also beside other mistakes: a wrong port must not hide a second kind.
    { when: ({ value }) => isMapping(value) },
  )
  .superRefine(
    ({ interval, timeout }, context) => {
      if (timeout === undefined || timeout <= interval) return;
      context.addIssue({
        code: 'custom',
        path: ['timeout'],
        // A probe never overlaps itself, so a longer one would push back the next and delay what it is to detect.
        message: `a timeout no longer than the interval of ${formatDuration(interval)}`,
      });
    },
    {
      when: ({ value }) => isMapping(value) && typeof value.interval === 'number' && typeof value.timeout === 'number',
    },
  )
  .transform(toProbeConfig)
  .meta({
    description: 'A check of one kind, made of every endpoint of the services that name it.',
    // JSON Schema does not see the refinement above.
    oneOf: [{ required: ['http'] }, { required: ['https'] }, { required: ['tcp'] }],
  });

function isMapping(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function toProbeConfig({ http, https, tcp, ...rest }: z.output<typeof fields>): ProbeConfig {
  const schedule: ProbeSchedule = {
    intervalMs: rest.interval,
    timeoutMs: rest.timeout ?? Math.min(timeoutDefaultMs, rest.interval),
    fall: rest.fall,
    rise: rest.rise,
  };
  if (http !== undefined) return { kind: 'http', ...http, ...schedule };
  if (https !== undefined) return { kind: 'https', ...https, ...schedule };
  if (tcp !== undefined) return { kind: 'tcp', ...tcp, ...schedule };
  return z.NEVER; // The refinement has refused it, and zod does not transform what was refused.
}
