import { z } from 'zod';
import { nameFromText, ROOT, type WireName } from '../../dns/name.ts';
import { type Address, type HostPort, parseAddress, parseHostPort } from '../../net/address.ts';
import { embeddedForm, embeddedNetwork } from '../../net/embedded.ts';
import { formatPrefix, type Prefix, parsePrefix } from '../../net/prefix.ts';

const ADDRESS_FORMS = { 4: 'an IPv4 address such as 192.0.2.10', 6: 'an IPv6 address such as 2001:db8::10' } as const;
const LISTEN_FORM = 'an address and a port, such as 127.0.0.1:5300 or "[::1]:5300"';

/**
 * Text that a function reads; what it cannot read is a problem with a code of its own. `read` gives a text to say what
 * would be right.
 */
function readable<T extends object>(code: string, form: string, read: (text: string) => T | string) {
  return z.string(form).transform((text, context): T => {
    const value = read(text);
    if (typeof value !== 'string') return value;
    context.addIssue({ code: 'custom', message: value, params: { problem: code } });
    return z.NEVER;
  });
}

/** One value, or a list of at least one: always a list in the output. */
export function oneOrMore<T extends z.ZodType>(item: T, form: string) {
  return z
    .union([item, z.array(item).min(1, `${form}, or a list of at least one`)], { error: `${form}, or a list` })
    .transform((value) => [value].flat() as z.output<T>[]);
}

/** An address of one family; one of the other is told which key it belongs to. */
export function address(family: 4 | 6, otherKey: string) {
  return readable<Address>('bad-address', ADDRESS_FORMS[family], (text) => {
    const parsed = parseAddress(text);
    if (parsed === undefined) return ADDRESS_FORMS[family];
    return parsed.family === family ? parsed : `${ADDRESS_FORMS[family]} (this one belongs under ${otherKey})`;
  });
}

/** Where a server listens: the port may be left out. */
export function listenAddress(defaultPort: number) {
  return readable<HostPort>('bad-address', LISTEN_FORM, (text) => parseListen(text, defaultPort) ?? formFor(text));
}

/** Where a probe goes. */
export const hostPort = readable<HostPort>('bad-address', LISTEN_FORM, (text) => {
  const parsed = parseHostPort(text);
  return parsed === undefined || parsed.port === 0 ? formFor(text) : parsed;
});

/** What an address and a port would be like, and what of it this text misses. */
function formFor(text: string): string {
  if (text.includes('%')) return `${LISTEN_FORM} (without a zone, %...)`;
  const [, host, port] = /^(.*):([^:]*)$/.exec(text) ?? [];
  if (host === undefined || port === undefined) return LISTEN_FORM;
  if (host === '' || host === '*') return `${LISTEN_FORM}; every address is 0.0.0.0:${port} and "[::]:${port}"`;
  if (parseHostPort(`${host}:1`) !== undefined) return `${LISTEN_FORM} (a port from 1 to 65535)`;
  return /^[a-z][a-z0-9.-]*$/i.test(host) ? `${LISTEN_FORM} (an address, not a name)` : LISTEN_FORM;
}

const NAME_FORM = 'a domain name such as lb.example.net';

/** A name that is absolute, with or without its final dot. */
export const domainName = readable<{ name: WireName }>('bad-name', NAME_FORM, (text) => {
  if (parseAddress(text) !== undefined) return `${NAME_FORM} (an address belongs under a or aaaa)`;
  const parsed = nameFromText(text, ROOT);
  if (parsed.ok && parsed.name === ROOT) return `${NAME_FORM} (the root has no addresses)`;
  return parsed.ok ? parsed : `${NAME_FORM} (${parsed.reason})`;
}).transform(({ name }) => name);

export const prefix = readable<Prefix>('bad-prefix', 'a network such as 192.0.2.0/24', (text) => {
  const parsed = parsePrefix(text);
  return parsed.ok ? parsed.prefix : `a network such as 192.0.2.0/24: ${text} ${parsed.reason}`;
});

const CLIENT_NETWORK_FORM = 'a network such as 192.0.2.0/24';

/** A network of clients: an IPv6 address that carries an IPv4 address is looked up as that, and in no other network. */
export const clientPrefix = readable<Prefix>('bad-prefix', CLIENT_NETWORK_FORM, (text) => {
  const parsed = parsePrefix(text);
  if (!parsed.ok) return `${CLIENT_NETWORK_FORM}: ${text} ${parsed.reason}`;
  if (embeddedForm(parsed.prefix) === undefined) return parsed.prefix;
  const network = embeddedNetwork(parsed.prefix);
  const instead = network === undefined ? 'the IPv4 networks that are meant' : formatPrefix(network);
  return `${instead}: addresses in ${text} carry IPv4 addresses, and are looked up by those`;
});

/** Reads `127.0.0.1:5300`, `[::1]:5300`, or an address alone, with or without brackets. */
export function parseListen(text: string, defaultPort: number): HostPort | undefined {
  const alone = parseAddress(text.replace(/^\[(.*:.*)\]$/, '$1'));
  if (alone !== undefined) return { address: alone, port: defaultPort };
  const parsed = parseHostPort(text);
  return parsed?.port === 0 ? undefined : parsed;
}
