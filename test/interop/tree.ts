import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { type Aya, freePort, startAya } from '../support/aya.ts';

/**
 * A name space of its own on loopback, each server an Aya: the root, the top-level domain test, and shop.test with two
 * servers; all on one port, as name servers are found by address alone.
 */
export interface Tree extends AsyncDisposable {
  readonly port: number;
  readonly root: string;
  readonly tld: string;
  readonly servers: readonly [first: Aya, second: Aya];
  /** A root hints file. */
  readonly hints: string;
}

/** What a test puts in place of the usual. */
export interface Planting {
  readonly port?: number;
  /** The second octet of all addresses, so that trees of several tests do not share any. */
  readonly octet: number;
  /** Zones below test beside shop, each with what differs in it at the second server. */
  readonly faults?: Readonly<Record<string, (records: string) => string>>;
  /** Names below test that are delegated to the two servers, and known to neither. */
  readonly lame?: readonly string[];
  /** Further records of test. */
  readonly records?: string;
}

export async function plant({ octet, port, faults = {}, lame = [], records: more = '' }: Planting): Promise<Tree> {
  const stack = new AsyncDisposableStack();
  const at = port ?? (await freePort());
  const host = (rest: string) => `127.${octet}.${rest}`;
  const [root, tld, first, second] = [host('1.1'), host('2.1'), host('3.1'), host('3.2')];
  const start = async (config: string, address: string): Promise<Aya> =>
    stack.use(await startAya(config, { listen: [`${address}:${at}`] }));
  const served = ['shop', ...Object.keys(faults)];
  const records = zoneRecords(first, second);
  const delegations = [...served, ...lame].map(
    (name) => `${name} NS ns1.${name}\n${name} NS ns2.${name}\nns1.${name} A ${first}\nns2.${name} A ${second}\n`,
  );
  const right = served.map((name) => [`${name}.test`, records] as const);
  const wrong = served.map((name) => [`${name}.test`, faults[name]?.(records) ?? records] as const);
  try {
    const [one, two] = await Promise.all([
      start(SERVICES + zones(right), first),
      start(SERVICES + zones(wrong), second),
      start(zones([['.', `${head('a.root.')}a.root. A ${root}\ntest. NS ns.nic.test.\nns.nic.test. A ${tld}`]]), root),
      start(zones([['test', `${head('ns.nic')}ns.nic A ${tld}\n${delegations.join('')}${more}`]]), tld),
    ]);
    const hints = `. 300 NS a.root.\na.root. 300 A ${root}\n`;
    return { port: at, root, tld, servers: [one, two], hints, [Symbol.asyncDispose]: () => stack.disposeAsync() };
  } catch (error) {
    await stack.disposeAsync();
    throw error;
  }
}

const SERVICES = `
regions: { near: {}, far: {} }
geo: { networks: { loopback: 127.0.0.0/8 } }
policies: { by-map: [{ map: [{ from: { network: loopback }, to: [near] }, { to: [far] }] }] }
services:
  web: { policy: by-map, ttl: 20s, endpoints: { near: { a: 192.0.2.1 }, far: { a: 192.0.2.2 } } }
`;

const head = (server: string): string => `$TTL 300\n@ SOA ${server} hostmaster 7 2h 30m 2w 2\n@ NS ${server}\n`;

/** What shop.test holds, and with a fault in it any other zone. */
const zoneRecords = (first: string, second: string): string => `${head('ns1')}@ NS ns2
ns1 A ${first}
ns2 A ${second}
@ SERVICE web
www SERVICE web
mail A 192.0.2.25
alias CNAME www`;

function zones(entries: readonly (readonly [name: string, records: string])[]): string {
  const texts = entries.map(([name, records]) => `  ${name}:\n    records: |\n${records.replace(/^/gm, '      ')}\n`);
  return `zones:\n${texts.join('')}`;
}

/** Whether whoever runs the tests may open port 53 of such an address, and nobody else has it. */
export async function isPort53Free(octet: number): Promise<boolean> {
  const socket = createSocket('udp4');
  const isFree = await once(socket.bind(53, `127.${octet}.1.1`), 'listening').then(
    () => true,
    () => false,
  );
  socket.close();
  return isFree;
}
