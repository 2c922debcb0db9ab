import { freePort } from '../support/aya.ts';
import { Peer } from '../support/programs.ts';
import type { Resolver } from './unbound.ts';

/** Where it listens: it binds the addresses that interfaces have, and no others of 127.0.0.0/8. */
const HOST = '127.0.0.1';

export interface NamedSetting {
  /** Its own port; without it, a free one. */
  readonly port?: number;
  /** Where it expects all name servers; without it, port 53. */
  readonly serversPort?: number;
  /** Further lines of `options`. */
  readonly options?: readonly string[];
  /** Clauses behind it. */
  readonly clauses?: readonly string[];
  readonly files?: Readonly<Record<string, string>>;
}

/** BIND's named in the foreground, as whoever runs the tests, with all of its files in a folder of its own. */
export async function startNamed(setting: NamedSetting = {}): Promise<Resolver> {
  const { serversPort = 53, options = [], clauses = [], files = {} } = setting;
  const peer = new Peer('named');
  const port = setting.port ?? (await freePort());
  const lines = [
    ...[
      `directory "${peer.folder}"`,
      `managed-keys-directory "${peer.folder}"`,
      'pid-file none',
      'session-keyfile none',
    ],
    ...[`port ${serversPort}`, `listen-on port ${port} { ${HOST}; }`, 'listen-on-v6 { none; }'],
    // Aya's test zones are not signed, and lie in names that named answers by itself.
    ...['dnssec-validation no', 'empty-zones-enable no', 'minimal-responses yes'],
    ...options,
  ];
  const body = lines.map((line) => `  ${line};\n`).join('');
  try {
    for (const [name, content] of Object.entries(files)) peer.write(name, content);
    const path = peer.write('named.conf', `options {\n${body}};\ncontrols { };\n${clauses.join('\n')}\n`);
    await peer.launch('named', ['-g', '-n', '1', '-4', '-c', path], / running$/);
  } catch (error) {
    await peer[Symbol.asyncDispose]();
    throw error;
  }
  return { port, host: HOST, [Symbol.asyncDispose]: () => peer[Symbol.asyncDispose]() };
}
