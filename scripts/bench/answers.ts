import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CompiledWorld } from '../../src/compile/world.ts';
import { loadConfig } from '../../src/config/load.ts';
import { Geography } from '../../src/control/geography.ts';
import { Answerer } from '../../src/dataplane/answering/answer.ts';
import type { ClientAddress } from '../../src/dataplane/answering/client.ts';
import type { Source } from '../../src/dataplane/answering/source.ts';
import { readAddress } from '../../src/dataplane/transports/address-text.ts';
import { OPTION } from '../../src/dns/constants.ts';
import { type PlaneSettings, RATE_LIMIT_BUCKET_BYTES } from '../../src/snapshot/settings.ts';
import { Snapshot } from '../../src/snapshot/snapshot.ts';
import { Random } from '../../src/util/random.ts';
import { type AskedOption, makeQuery } from './messages.ts';

/** One kind of answer, and all that it takes to give it. */
export interface Row {
  readonly name: string;
  readonly answerer: Answerer;
  readonly queries: readonly Uint8Array[];
  readonly source: Senders;
}

/** Queries of one row, and senders: enough that neither the tries nor the buckets of the limit stay in the nearest cache. */
const VARIANTS = 1024;
const BUCKETS = 65_536;

const WORLD = `
server: { listen: 127.0.0.1:5300 }
geo: { databases: geodb/country.mmdb }
regions:
  us: { location: [38.9, -77] }
  eu: { location: [50.1, 8.7] }
  ap: { location: [35.6, 139.7] }
policies: { closest: [nearest] }
services:
  www: { policy: closest, ttl: 30s, endpoints: { us: { a: 192.0.2.1 }, eu: { a: 192.0.2.2 }, ap: { a: 192.0.2.3 } } }
zones:
  example.com:
    records: |
      @ 3600 SOA ns1 hostmaster 1 7200 1800 259200 60
      @ NS ns1
      ns1 A 192.0.2.53
      plain A 192.0.2.80
      www SERVICE www
      sub NS ns.sub
      ns.sub A 192.0.2.54
`;

/** The world above, with the database that comes with Aya. */
export async function loadWorld(): Promise<Snapshot> {
  const folder = mkdtempSync(join(tmpdir(), 'aya-bench-'));
  const file = join(folder, 'aya.yaml');
  writeFileSync(file, WORLD);
  const loaded = await loadConfig(file);
  rmSync(folder, { recursive: true });
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems));
  const map = await new Geography().load(loaded.config.geo);
  if (!map.ok) throw new Error(JSON.stringify(map.problems));
  return new Snapshot({
    ...new CompiledWorld(loaded.config, map.value).compileAll({ isUp: () => true, resolved: () => undefined }),
    generation: 1,
  });
}

/** Where queries come from: an address after the other, as text, which is how node:dgram says it. */
export class Senders implements Source {
  readonly isStream = false;
  readonly #texts: readonly string[];
  at = 0;

  constructor(texts: readonly string[]) {
    // In one piece, as they come from a socket, and not joined from several.
    this.#texts = texts.map((text) => Buffer.from(text, 'latin1').toString('latin1'));
  }

  resolverAddress(into: ClientAddress): void {
    readAddress(this.#texts[this.at], into);
  }
}

const SECRET = new Uint8Array(16).fill(7);
const PLAIN: PlaneSettings = { nsid: 'fra1.example.net', cookies: { secrets: [SECRET], isRequired: false } };

/** So high that nobody is held back: what is measured is the counting. */
const limited = (): PlaneSettings => ({
  ...PLAIN,
  rateLimit: {
    perSecond: [1_000_000, 1_000_000, 1_000_000, 1_000_000, 1_000_000],
    ...{ slip: 2, ipv4Bits: 24, ipv6Bits: 56, exempt: [] },
    table: new SharedArrayBuffer(BUCKETS * RATE_LIMIT_BUCKET_BYTES),
  },
});

export function makeRows(snapshot: Snapshot): Row[] {
  const random = new Random(1);
  const octets = (count: number): number[] => Array.from({ length: count }, () => random.below(256));
  const variants = <T>(make: () => T): T[] => Array.from({ length: VARIANTS }, make);
  const v4 = variants(() => `${1 + random.below(223)}.${octets(3).join('.')}`);
  const v6 = variants(
    () =>
      `2${octets(6)
        .map((octet) => octet.toString(16))
        .join(':')}::1`,
  );
  const row = (name: string, queries: readonly Uint8Array[], settings = PLAIN, texts = v4): Row => ({
    ...{ name, queries, source: new Senders(texts) },
    answerer: new Answerer(new Random(1), settings, Date.now),
  });
  const asking = (name: string, options?: () => AskedOption[]) => variants(() => makeQuery(name, options?.()));
  const subnet = (data: () => number[]) => () => [{ code: OPTION.CLIENT_SUBNET, data: Buffer.from(data()) }];
  const subnet4 = subnet(() => [0, 1, 24, 0, 1 + random.below(223), ...octets(2)]);
  const subnet6 = subnet(() => [0, 2, 56, 0, 0x20 + random.below(0x10), ...octets(6)]);
  const nsid = () => [{ code: OPTION.NSID, data: new Uint8Array(0) }];
  const cookie = () => [{ code: OPTION.COOKIE, data: Buffer.from(octets(8)) }];
  const plain = asking('plain.example.com');
  const rows = [
    row('A from a zone', plain),
    row('A from a zone, rate limit', plain, limited()),
    row('A from a zone, rate limit, IPv6', plain, limited(), v6),
    row(
      'A from a zone, EDNS',
      asking('plain.example.com', () => []),
    ),
    row('A from a zone, NSID', asking('plain.example.com', nsid)),
    row('A from a zone, new cookie', asking('plain.example.com', cookie)),
    row('service, nearest, by its resolver', asking('www.example.com')),
    row('service, nearest, by its resolver, IPv6', asking('www.example.com'), PLAIN, v6),
    row('service, nearest, by its resolver, rate limit', asking('www.example.com'), limited()),
    row('service, nearest, subnet of IPv4', asking('www.example.com', subnet4)),
    row('service, nearest, subnet of IPv6', asking('www.example.com', subnet6)),
    row('NXDOMAIN', asking('nope.example.com')),
    row('NXDOMAIN, rate limit', asking('nope.example.com'), limited()),
    row('referral', asking('www.sub.example.com')),
    row('REFUSED', asking('www.example.org')),
  ];
  return [...rows, row('A from a zone, good cookie', withGoodCookies(snapshot, rows[5]))];
}

/** The queries of a row that asks with new cookies, with the cookies that it was given. */
function withGoodCookies(snapshot: Snapshot, { answerer, queries, source }: Row): Uint8Array[] {
  return queries.map((query, index) => {
    source.at = index;
    const length = answerer.answer(snapshot, query, query.length, source);
    const data = Buffer.from(answerer.out.subarray(length - 24, length));
    return makeQuery('plain.example.com', [{ code: OPTION.COOKIE, data }]);
  });
}
