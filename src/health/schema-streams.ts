import { z } from 'zod';
import { wholeNumber } from '../util/whole-number.ts';
import { certificateFields, isMapping, notAMap, port, serverName, text } from './schema-fields.ts';

/** Databases whose own greeting is known, and where they listen. */
const PRESET_PORTS = { postgresql: 5432, mysql: 3306, redis: 6379 } as const;

export type Preset = keyof typeof PRESET_PORTS;

const presets = Object.keys(PRESET_PORTS) as Preset[];

const talkFields = {
  port: port.optional().meta({ description: 'The TCP port. Only with a preset there is a default.' }),
  send: text('text to send').optional().meta({ description: 'What is sent once the connection is made.' }),
  expect: text('text to wait for')
    .optional()
    .meta({ description: 'Text that must stand in the first 64 KiB of what comes. Default: nothing is waited for.' }),
  preset: z
    .enum(presets, `one of ${presets.join(', ')}`)
    .optional()
    .meta({ description: 'A database whose own greeting is spoken, in place of send and expect.' }),
};

const tlsFields = {
  ...talkFields,
  sni: serverName
    .optional()
    .meta({ description: 'The server name sent, and what the certificate must be for. Default: the address.' }),
  alpn: z
    .string('a protocol name such as h2')
    .regex(/^[\x21-\x7e]{1,255}$/, 'a protocol name such as h2')
    .optional()
    .meta({ description: 'The protocol that must be agreed on in the handshake (ALPN).' }),
  ...certificateFields,
};

const aboutPreset = { path: ['preset'], message: 'either a preset, or send and expect' };
const aboutPort = { path: ['port'], message: 'a port from 1 to 65535', params: { problem: 'missing-key' } };

interface Talk {
  readonly port?: number | undefined;
  readonly send?: string | undefined;
  readonly expect?: string | undefined;
  readonly preset?: Preset | undefined;
}

const when = ({ value }: { value: unknown }): boolean => isMapping(value);
const isEither = ({ preset, send, expect }: Talk): boolean =>
  preset === undefined || (send === undefined && expect === undefined);
const hasPort = ({ preset, port }: Talk): boolean => preset !== undefined || port !== undefined;

function filled<T extends Talk>(options: T) {
  const { send, expect, preset } = options;
  return { ...options, port: options.port ?? (preset && PRESET_PORTS[preset]) ?? 0, send, expect, preset };
}

export const tcpOptions = z
  .strictObject(talkFields, { error: notAMap })
  .refine(isEither, aboutPreset)
  .refine(hasPort, { ...aboutPort, when })
  .transform(filled)
  .meta({ description: 'A TCP connection: that it is made, and what is said on it where something is expected.' });

export const tlsOptions = z
  .strictObject(tlsFields, { error: notAMap })
  .refine(isEither, aboutPreset)
  .refine(hasPort, { ...aboutPort, when })
  .transform((options) => ({ ...filled(options), sni: options.sni, alpn: options.alpn, ca: options.ca }))
  .meta({ description: 'A TLS handshake on a TCP connection, its certificate, and what is said on it.' });

export const grpcOptions = z
  .strictObject(
    {
      port: port.meta({ description: 'The TCP port.' }),
      service: z
        .string('the name of a gRPC service')
        .max(255, 'the name of a gRPC service')
        .default('')
        .meta({ description: 'The service asked about. Default: the server as a whole.' }),
      tls: z.boolean('true or false').default(false).meta({ description: 'Whether to speak TLS.' }),
      host: serverName.optional().meta({
        description: 'The authority asked for; with tls what the certificate must be for. Default: the address.',
      }),
      ...certificateFields,
    },
    { error: notAMap },
  )
  .transform((options) => ({ ...options, host: options.host, ca: options.ca }))
  .meta({ description: 'A question by grpc.health.v1 that must be answered with SERVING.' });

export const icmpOptions = z
  .strictObject(
    {
      bytes: wholeNumber(0, 1_400)
        .default(32)
        .meta({ description: 'How many octets of data an echo request carries.' }),
    },
    { error: notAMap },
  )
  .meta({
    description: 'An ICMP echo. The sysctl net.ipv4.ping_group_range must name a group of the server, for IPv6 too.',
  });
