import { z } from 'zod';
import { AGENT_TOKEN } from '../../util/agent-token.ts';
import { duration } from '../../util/duration.ts';
import { wholeNumber } from '../../util/whole-number.ts';
import { listenAddress, oneOrMore, prefix } from './fields.ts';

const URL_FORM = 'an address that begins with http:// or https://, without a user';
const TOKEN_FORM = 'a token of 16 to 200 printable characters without spaces, such as `openssl rand -hex 16` prints';
const HYSTERESIS_FORM = 'a gain such as 4ms or 2%, or a list of both';
const FILE_FORM = 'the path of a file';
const EXPLORATION_FORM = 'a percentage from 0 to 10, in steps of 0.1';

/** Where no port is given. */
export const LATENCY_PORT = 9055;

/** `4ms`, `2%`, or both in a list: a client moves for a gain above both. What is not said is 0. */
const hysteresisPart = z.string(HYSTERESIS_FORM).transform((text, context) => {
  const [, amount, unit] = /^(\d{1,5}(?:\.\d+)?)\s*(%|ms)$/.exec(text) ?? [];
  if (unit === 'ms') return { hysteresisMs: Number(amount) };
  if (unit === '%' && Number(amount) <= 100) return { hysteresisPercent: Number(amount) };
  context.addIssue({ code: 'custom', message: HYSTERESIS_FORM });
  return z.NEVER;
});

const hysteresis = z
  .union([hysteresisPart, z.array(hysteresisPart).min(1, HYSTERESIS_FORM).max(2, HYSTERESIS_FORM)], {
    error: HYSTERESIS_FORM,
  })
  .transform((parts, context) => {
    const [first = {}, second = {}] = [parts].flat();
    const all = { hysteresisMs: 0, hysteresisPercent: 0, ...first, ...second };
    if (Object.keys(first).join() !== Object.keys(second).join()) return all;
    context.addIssue({ code: 'custom', message: HYSTERESIS_FORM }); // the same twice: one would be forgotten
    return z.NEVER;
  });

/** Browsers fetch nothing from an address with a user in it. */
function isFetchable(text: string): boolean {
  const { protocol = '', username, password } = URL.parse(text) ?? {};
  return /^https?:$/.test(protocol) && username === '' && password === '';
}

/** As far as binary fractions can be. */
function isInTenths(percent: number): boolean {
  return Math.abs(percent * 10 - Math.round(percent * 10)) < 1e-9;
}

/** Who reports is told by the token alone. */
const agents = z
  .record(z.string(), z.string(TOKEN_FORM).regex(AGENT_TOKEN, TOKEN_FORM), 'tokens by agent')
  .superRefine((tokens, context) => {
    const names = new Map<string, string>();
    for (const [name, token] of Object.entries(tokens)) {
      const other = names.get(token);
      const message = `a token of its own: ${other} has the same`;
      if (other === undefined) names.set(token, name);
      else context.addIssue({ code: 'custom', message, path: [name] });
    }
  });

/**
 * How round-trip times are learned. What counts as equal is up to each policy (`fastest: { within: ... }`); hysteresis
 * is said here, since what is held is held for all of them: one estimate for each client, not one a policy.
 */
export const latency = z
  .strictObject({
    listen: listenAddress(LATENCY_PORT).optional().meta({
      description:
        'Where browsers and agents report over HTTP: address:port; without a port, 9055. It is for the public, by itself or behind a proxy that speaks TLS. Default: nowhere.',
    }),
    proxies: oneOrMore(prefix, 'a network such as 192.0.2.0/24').default([]).meta({
      description: 'Proxies before it, whose X-Forwarded-For is believed. Default: none.',
    }),
    objects: z
      .record(z.string(), z.string(URL_FORM).refine(isFetchable, URL_FORM), 'addresses by region')
      .default({})
      .meta({ description: 'By region: the URL of a small object there, which browsers time.' }),
    agents: agents
      .default({})
      .meta({ description: 'Who may report for other clients (`aya agent`): a token for each, by name.' }),
    file: z.string(FILE_FORM).regex(/./, FILE_FORM).optional().meta({
      description:
        'Where what is learned is kept. Relative to this file. Default: in the folder that systemd gives (STATE_DIRECTORY), else beside this file, named like it with .latency.',
    }),
    halfLife: duration('1m', '30d').prefault('6h').meta({ description: 'After it a measurement counts half.' }),
    period: duration('1s', '1d')
      .prefault('1m')
      .meta({ description: 'Estimates are made again, and kept on disk, at most once in it.' }),
    hysteresis: hysteresis
      .prefault(['4ms', '2%'])
      .meta({ description: 'Clients move for a gain above both: 4ms, 2%, or a list of both. Default: [4ms, 2%]' }),
    exploration: z
      .number(EXPLORATION_FORM)
      .min(0, EXPLORATION_FORM)
      .max(10, EXPLORATION_FORM)
      .refine(isInTenths, EXPLORATION_FORM)
      .default(1)
      .meta({
        description:
          'Percent of clients, in steps of 0.1, who get the second fastest so that it goes on being measured.',
      }),
    sourceShare: wholeNumber(1, 100).default(25).meta({
      description:
        'Percent of an estimate that a single source can be at most; fewer sources than 100 / sourceShare leave the rest to what is known of the surroundings. 100: one is believed.',
    }),
    reportsPerMinute: wholeNumber(1, 10_000)
      .default(60)
      .meta({ description: 'Requests of one client network to the beacon in a minute.' }),
  })
  .optional()
  .meta({ description: 'Round-trip times are learned, for the step fastest. Not there: distance has to do.' });

export type ValidLatency = NonNullable<z.output<typeof latency>>;
