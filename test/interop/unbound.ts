import { freePort } from '../support/aya.ts';
import { Peer } from '../support/programs.ts';
import type { At } from './dig.ts';

export interface Resolver extends At, AsyncDisposable {}

export interface UnboundSetting {
  readonly host?: string;
  /** Further lines of the `server:` section. */
  readonly server?: readonly string[];
  /** Sections behind it. */
  readonly sections?: readonly string[];
  readonly files?: Readonly<Record<string, string>>;
}

/**
 * unbound in the foreground, as whoever runs the tests, on a free port. It asks what is on loopback, which it would not
 * by itself, and has every check of answers that it knows turned on.
 */
export async function startUnbound(setting: UnboundSetting = {}): Promise<Resolver> {
  const { host = '127.0.0.1', server = [], sections = [], files = {} } = setting;
  const peer = new Peer('unbound');
  const port = await freePort();
  const lines = [
    ...['username: ""', 'chroot: ""', `directory: "${peer.folder}"`, 'pidfile: ""', 'use-syslog: no', 'logfile: ""'],
    ...[`interface: ${host}`, `port: ${port}`, 'access-control: 127.0.0.0/8 allow', 'do-not-query-localhost: no'],
    ...['do-ip6: no', 'num-threads: 1', 'so-rcvbuf: 0', 'so-sndbuf: 0', 'verbosity: 1'],
    // Aya's test zones lie in names that unbound answers by itself, or that are not signed.
    ...['local-zone: "test." nodefault', 'local-zone: "example." nodefault', 'unblock-lan-zones: yes'],
    ...['use-caps-for-id: yes', 'qname-minimisation: yes', 'qname-minimisation-strict: yes'],
    ...['harden-glue: yes', 'harden-dnssec-stripped: yes', 'harden-below-nxdomain: yes', 'harden-large-queries: yes'],
    ...['harden-short-bufsize: yes', 'harden-referral-path: yes', 'harden-algo-downgrade: yes'],
    ...['hide-identity: yes', 'minimal-responses: yes', 'aggressive-nsec: yes', 'deny-any: yes'],
    ...server,
  ];
  const text = ['server:', ...lines.map((line) => `  ${line}`), ...sections, 'remote-control:', '  control-enable: no'];
  try {
    for (const [name, content] of Object.entries(files)) peer.write(name, content);
    const path = peer.write('unbound.conf', `${text.join('\n')}\n`);
    await peer.launch('unbound', ['-d', '-c', path], /start of service/);
  } catch (error) {
    await peer[Symbol.asyncDispose]();
    throw error;
  }
  return { port, host, [Symbol.asyncDispose]: () => peer[Symbol.asyncDispose]() };
}

/** A zone's name server, by address and port, in place of what a referral would say. */
export function stubZone(name: string, port: number, address = '127.0.0.1'): string {
  return `stub-zone:\n  name: "${name}"\n  stub-addr: ${address}@${port}\n  stub-no-cache: no`;
}
