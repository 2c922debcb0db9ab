import { z } from 'zod';
import { wholeNumber } from '../../util/whole-number.ts';
import { explain } from './explain-schema.ts';
import { listenAddress, oneOrMore, prefix } from './fields.ts';
import { queryLog } from './query-log-schema.ts';
import { proxyProtocol, tcp, tls } from './streams-schema.ts';

const NAME_FORM = 'auto, off, or a text of 1 to 100 printable ASCII characters';

/** What the server says of itself: `auto` is up to the builder, `off` nothing. */
function selfDescription(initial: 'auto' | 'off', description: string) {
  return z
    .union([z.literal(false).transform(() => 'off'), z.string(NAME_FORM).regex(/^[\x20-\x7e]{1,100}$/, NAME_FORM)], {
      error: NAME_FORM,
    })
    .default(initial)
    .meta({ description });
}

const SECRET_FORM = '32 hexadecimal digits, such as `openssl rand -hex 16` prints';

const secret = z
  .string(SECRET_FORM)
  .regex(/^[0-9a-f]{32}$/i, SECRET_FORM)
  .transform((digits) => Uint8Array.from(Buffer.from(digits, 'hex')));

const perSecond = (description: string) => wholeNumber(1, 1_000_000).optional().meta({ description });

const serverIdentity = {
  nsid: selfDescription('auto', 'What NSID (RFC 5001) and CHAOS TXT id.server say. auto: the name of the host.'),
  hostname: selfDescription('auto', 'What CHAOS TXT hostname.bind says. auto: the name of the host.'),
  version: selfDescription('off', 'What CHAOS TXT version.bind and version.server say. auto: the version of Aya.'),
};

const CPUS_FORM = 'auto, or a list of numbers of processors, such as [0, 1]';

const cpus = z
  .union([z.literal('auto'), z.array(wholeNumber(0, 1023), CPUS_FORM).min(1, CPUS_FORM)], { error: CPUS_FORM })
  .optional()
  .meta({
    description:
      'Processors that the threads for UDP stay on, one each, in turn. auto: all that the process may use. Read at the start alone; Linux. Default: wherever the system puts them.',
  });

const resolvers = oneOrMore(listenAddress(53), 'an address and a port').default([]).meta({
  description:
    'Resolvers that are asked for the addresses of endpoints that are CNAMEs, in turn: address or address:port. Default: those of the machine.',
});

const cookies = z
  .strictObject({
    secrets: oneOrMore(secret, SECRET_FORM).optional().meta({
      description:
        'Secrets of server cookies (RFC 9018): the first makes them, all are accepted, so that one can follow the other. Servers of one zone share them. Default: one made at the start.',
    }),
    required: z
      .boolean('true or false')
      .default(false)
      .meta({ description: 'Ask a client over UDP that brings a cookie of its own only to come again (BADCOOKIE).' }),
  })
  .prefault({})
  .meta({ description: 'DNS cookies (RFC 7873), which exempt a client from the rate limit.' });

const rateLimit = z
  .strictObject({
    responsesPerSecond: wholeNumber(1, 1_000_000)
      .default(200)
      .meta({ description: 'Answers with data a second, to one network about one name.' }),
    noDataPerSecond: perSecond('Answers without data of the type. Default: responsesPerSecond.'),
    nxdomainsPerSecond: perSecond('Denials of names, to one network in one zone. Default: responsesPerSecond.'),
    referralsPerSecond: perSecond('Referrals. Default: responsesPerSecond.'),
    errorsPerSecond: perSecond('Refusals and errors, to one network. Default: responsesPerSecond.'),
    slip: wholeNumber(0, 10).default(2).meta({
      description:
        'Every so many-th answer over the limit is sent truncated, so that real clients come by TCP. 0: none.',
    }),
    ipv4Prefix: wholeNumber(1, 32)
      .default(24)
      .meta({ description: 'What is one network: so many bits of an IPv4 address.' }),
    ipv6Prefix: wholeNumber(1, 64)
      .default(56)
      .meta({ description: 'What is one network: so many bits of an IPv6 address.' }),
    exempt: oneOrMore(prefix, 'a network such as 192.0.2.0/24')
      .default([])
      .meta({ description: 'Networks that are never limited.' }),
    buckets: wholeNumber(1024, 16_777_216)
      .default(65_536)
      .meta({ description: 'How many networks, names and kinds are counted at a time, 16 octets each.' }),
  })
  .optional()
  .meta({ description: 'Response rate limiting over UDP. Not there: no limit.' });

/** The section `server`. */
export const server = z
  .strictObject({
    listen: oneOrMore(listenAddress(53), 'an address and a port').prefault(['0.0.0.0:53', '[::]:53']).meta({
      description:
        'Where queries are answered, over UDP and TCP alike: address:port or [address]:port; without a port, 53.',
    }),
    workers: z
      .union([z.literal('auto'), wholeNumber(1, 256)], { error: 'auto, or a whole number from 1 to 256' })
      .default('auto')
      .meta({ description: 'Threads that answer queries. auto: one a core.' }),
    cpus,
    ...serverIdentity,
    resolvers,
    cookies,
    rateLimit,
    explain,
    queryLog,
    tcp,
    tls,
    proxyProtocol,
  })
  .prefault({})
  .meta({ description: 'How the server itself runs.' });

export type ValidServer = z.output<typeof server>;
export type ValidRateLimit = NonNullable<z.output<typeof rateLimit>>;
