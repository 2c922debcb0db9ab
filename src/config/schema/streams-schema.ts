import { z } from 'zod';
import { duration } from '../../util/duration.ts';
import { wholeNumber } from '../../util/whole-number.ts';
import { listenAddress, oneOrMore, prefix } from './fields.ts';

/** The parts of `server` that say how connections are kept, and who speaks for others. Each is one key there. */

/** What a worker has memory for, if all connections come to one. */
const CONNECTIONS_MAX = 10_000;

const filePath = (form: string) => z.string(form).min(1, form);

export const tcp = z
  .strictObject({
    idle: duration('1s', '10m').prefault('10s').meta({
      description: 'A connection that brings no whole query for this long is closed (RFC 7766 section 6.2.3).',
    }),
    connections: wholeNumber(1, CONNECTIONS_MAX).default(1000).meta({
      description:
        'Connections at a time, TLS included; each worker has an equal share. For one more, the one that was idle longest is closed.',
    }),
    perNetwork: wholeNumber(1, CONNECTIONS_MAX).default(250).meta({
      description: 'Connections at a time from one client network (/24 or /56). One more is refused.',
    }),
  })
  .prefault({})
  .meta({ description: 'Connections, over TCP and TLS.' });

export const tls = z
  .strictObject({
    listen: oneOrMore(listenAddress(853), 'an address and a port').prefault(['0.0.0.0:853', '[::]:853']).meta({
      description: 'Where queries are answered over TLS: address:port or [address]:port; without a port, 853.',
    }),
    certificate: filePath('the path of a certificate in PEM').meta({
      description:
        "The server's certificate in PEM, and behind it those between it and the root. Looked for beside this file, then in the current directory; read again when it changes.",
    }),
    key: filePath('the path of a private key in PEM').meta({
      description: 'Its private key in PEM, without passphrase.',
    }),
  })
  .optional()
  .meta({ description: 'DNS over TLS (RFC 7858). Not there: not served.' });

export const proxyProtocol = oneOrMore(prefix, 'a network such as 192.0.2.0/24').default([]).meta({
  description:
    'Networks of proxies: whoever connects or sends from there must begin with a PROXY protocol header, version 2, whose source is then the client.',
});
