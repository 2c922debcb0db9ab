import { isIPv6 } from 'node:net';
import { z } from 'zod';
import { duration } from '../util/duration.ts';
import { formatDuration } from '../util/duration-text.ts';
import { wholeNumber } from '../util/whole-number.ts';
import type { Judgement } from './judge.ts';
import { allOptions, anyOptions, atLeastOptions, type Part } from './schema-combined.ts';
import { isMapping, source } from './schema-fields.ts';
import { httpOptions, httpsOptions } from './schema-http.ts';
import { dnsOptions, execOptions, fileOptions, pushOptions } from './schema-kinds.ts';
import { grpcOptions, icmpOptions, tcpOptions, tlsOptions } from './schema-streams.ts';

/** What each kind of probe can be told, by the key that it is written under. */
const KIND_OPTIONS = {
  http: httpOptions,
  https: httpsOptions,
  tcp: tcpOptions,
  tls: tlsOptions,
  icmp: icmpOptions,
  dns: dnsOptions,
  grpc: grpcOptions,
  exec: execOptions,
  push: pushOptions,
  file: fileOptions,
} as const;

/** The same for what is made of other probes. */
const COMBINED_OPTIONS = { all: allOptions, any: anyOptions, atLeast: atLeastOptions } as const;

type KindOptions = typeof KIND_OPTIONS;

/** A kind of probe that looks at something by itself. */
export type Kind = keyof KindOptions;

/** When a probe runs and what its results mean, whatever its kind. */
export interface ProbeSchedule extends Judgement {
  /** From one start to the next. */
  readonly intervalMs: number;
  /** From the start to the last moment at which a success still counts; never more than the interval. */
  readonly timeoutMs: number;
  /** The part of the interval by which a start may be late, drawn each time: from 0 to 0.5. */
  readonly jitter: number;
}

/** Common to all that goes out: the addresses of this machine to probe from, at most one of each family. */
interface Sourced {
  readonly source: readonly string[];
}

/** The configuration of a probe of one kind. */
export type ConfigOf<K extends Kind> = K extends Kind
  ? ProbeSchedule & Sourced & { readonly kind: K } & Readonly<z.output<KindOptions[K]>>
  : never;

export type CombinedConfig = ProbeSchedule & {
  readonly kind: 'combined';
  /** How many parts must be up. */
  readonly atLeast: number;
  readonly of: readonly Part[];
};

/** A probe that runs by itself, everything filled in. */
export type RunnableConfig = ConfigOf<Kind>;

/** A probe as the rest of the program sees it. */
export type ProbeConfig = RunnableConfig | CombinedConfig;

const KINDS = [...Object.keys(KIND_OPTIONS), ...Object.keys(COMBINED_OPTIONS)];
const kindsText = `exactly one of ${KINDS.join(', ')}`;
const TIMEOUT_DEFAULT_MS = 2_000;
const threshold = wholeNumber(1, 100);
const penalty = z.number('a number from 1 to 100').min(1, 'a number from 1 to 100').max(100, 'a number from 1 to 100');

/** Kinds whose word is a statement, not a sample: one counts. */
const STATEMENTS: ReadonlySet<string> = new Set(['push', 'file', 'all', 'any', 'atLeast']);

const jitter = z
  .string('a part of the interval, from 0% to 50%')
  .regex(/^(?:[0-4]?\d|50)%$/, 'a part of the interval, from 0% to 50%')
  .transform((percent) => Number.parseInt(percent, 10) / 100);

const flaps = z
  .strictObject(
    {
      halfLife: duration('1s', '1d')
        .prefault('5m')
        .meta({ description: 'After which half of the penalty is forgotten.' }),
      suppress: penalty.default(6).meta({ description: 'The penalty from which on an endpoint is kept down.' }),
      reuse: penalty.default(3).meta({ description: 'The penalty below which it may come up again.' }),
    },
    { error: (issue) => (issue.code === 'invalid_type' ? 'a map such as { halfLife: 5m }' : undefined) },
  )
  .refine(({ suppress, reuse }) => reuse < suppress, { path: ['reuse'], message: 'less than suppress' })
  .transform(({ halfLife, suppress, reuse }) => ({ halfLifeMs: halfLife, suppress, reuse }))
  .meta({ description: 'What flips cost: each adds 1 to a penalty that decays. Default: nothing.' });

const fields = z.strictObject(
  {
    http: httpOptions.optional(),
    https: httpsOptions.optional(),
    tcp: tcpOptions.optional(),
    tls: tlsOptions.optional(),
    icmp: icmpOptions.optional(),
    dns: dnsOptions.optional(),
    grpc: grpcOptions.optional(),
    exec: execOptions.optional(),
    push: pushOptions.optional(),
    file: fileOptions.optional(),
    all: allOptions.optional(),
    any: anyOptions.optional(),
    atLeast: atLeastOptions.optional(),
    interval: duration('100ms', '1h')
      .prefault('10s')
      .meta({ description: 'Time from the start of one probe to the start of the next.' }),
    timeout: duration('10ms', '1m').optional().meta({
      description:
        'How long one probe may take in all before it fails; at most the interval. Default: 2s, or the interval where that is shorter.',
    }),
    fall: threshold.optional().meta({
      description:
        'How many failures take an endpoint that is up down. Default: 2; 1 for push and file probes. Combined probes have none.',
    }),
    rise: threshold.optional().meta({
      description:
        'How many successes in a row bring an endpoint that is down up. Default: 2; 1 for push and file probes. Combined probes have none.',
    }),
    ok: threshold.default(1).meta({
      description:
        'How many successes in a row take back the failures counted so far. 1: only failures in a row count. More: a link that drops one in three is found.',
    }),
    jitter: jitter.prefault('0%').meta({
      description: 'The part of the interval by which each start may be late, at random: from 0% to 50%.',
    }),
    flaps: flaps.optional(),
    source: source.optional(),
  },
  { error: (issue) => (issue.code === 'invalid_type' ? `a probe: a map with one of ${KINDS.join(', ')}` : undefined) },
);

/** One probe of the config's `probes` map. Issue messages complete the words "expected ...". */
export const probeSchema = fields
  .superRefine(
    (written, context) => {
      const kinds = KINDS.filter((kind) => written[kind as keyof typeof written] !== undefined);
      if (kinds.length !== 1) {
        context.addIssue({ code: 'custom', message: kindsText, params: { problem: 'bad-probe-kind' } });
      }
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
        params: { problem: 'timeout-over-interval' },
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
    oneOf: KINDS.map((kind) => ({ required: [kind] })),
  });

/** The address to probe from, for a target's address; undefined where the system chooses. */
export function sourceFor({ source }: Sourced, address: string): string | undefined {
  return source.find((own) => isIPv6(own) === isIPv6(address));
}

/** What a probe asks, without when it asks and what is made of the answers: who asks the same learns the same. */
export function questionOf(probe: ProbeConfig): Readonly<Record<string, unknown>> {
  const { intervalMs: _i, timeoutMs: _t, jitter: _j, fall: _f, rise: _r, ok: _o, flaps: _p, ...question } = probe;
  return question;
}

function toProbeConfig({ all, any, atLeast, ...rest }: z.output<typeof fields>): ProbeConfig {
  const schedule = scheduleOf({ all, any, atLeast, ...rest });
  if (all !== undefined) return { kind: 'combined', atLeast: all.length, of: all, ...schedule };
  if (any !== undefined) return { kind: 'combined', atLeast: 1, of: any, ...schedule };
  if (atLeast !== undefined) return { kind: 'combined', atLeast: atLeast.up, of: atLeast.of, ...schedule };
  const source = rest.source ?? [];
  for (const kind of Object.keys(KIND_OPTIONS) as Kind[]) {
    // The compiler does not pair a kind with its options through an index of a union.
    if (rest[kind] !== undefined) return { kind, ...rest[kind], ...schedule, source } as RunnableConfig;
  }
  return z.NEVER; // The refinement has refused it, and zod does not transform what was refused.
}

function scheduleOf(written: z.output<typeof fields>): ProbeSchedule {
  const isStatement = Object.entries(written).some(([key, value]) => value !== undefined && STATEMENTS.has(key));
  const thresholdDefault = isStatement ? 1 : 2;
  return {
    intervalMs: written.interval,
    timeoutMs: written.timeout ?? Math.min(TIMEOUT_DEFAULT_MS, written.interval),
    jitter: written.jitter,
    fall: written.fall ?? thresholdDefault,
    rise: written.rise ?? thresholdDefault,
    ok: written.ok,
    flaps: written.flaps,
  };
}
