import { rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { CompiledWorld } from '../../src/compile/world.ts';
import { loadConfig } from '../../src/config/load.ts';
import { Geography } from '../../src/control/geography/geography.ts';
import { Answerer } from '../../src/dataplane/answering/answer.ts';
import { BatchClock } from '../../src/dataplane/answering/batch-clock.ts';
import { ClientAddress } from '../../src/dataplane/answering/client.ts';
import type { Source } from '../../src/dataplane/answering/source.ts';
import { OPTION } from '../../src/dns/constants.ts';
import { parseAddress } from '../../src/net/address.ts';
import { type PlaneSettings, RATE_LIMIT_BUCKET_BYTES } from '../../src/snapshot/settings.ts';
import { Snapshot } from '../../src/snapshot/snapshot.ts';
import { Random } from '../../src/util/random.ts';
import { type AskedOption, makeQuery } from './messages.ts';
import { writeConfiguration } from './world.ts';

/** One kind of answer, and all that it takes to give it. */
export interface Row {
  readonly name: string;
  readonly answerer: Answerer;
  readonly queries: readonly Uint8Array[];
  readonly source: Senders;
}

/**
 * Queries of one row, and senders: enough that neither the tries nor the buckets of the limit stay in the nearest
 * cache.
 */
const VARIANTS = 1024;
const BUCKETS = 65_536;

/** The world of the benchmarks, in this process. */
export async function loadWorld(): Promise<Snapshot> {
  const file = writeConfiguration(5300); // which nobody listens on
  const loaded = await loadConfig(file);
  rmSync(dirname(file), { recursive: true });
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems));
  const map = await new Geography().load(loaded.config.geo);
  if (!map.ok) throw new Error(JSON.stringify(map.problems));
  return new Snapshot({
    ...new CompiledWorld(loaded.config, map.value).compileAll({
      nowMs: 0,
      isUp: () => true,
      resolved: () => undefined,
    }),
    generation: 1,
  });
}

/**
 * Where queries come from: an address after the other, as words that lie one behind the other, as recvmmsg leaves them.
 * A transport that must parse text for them adds that.
 */
export class Senders implements Source {
  readonly isStream = false;
  readonly #family: 4 | 6;
  readonly #words: Int32Array;
  at = 0;

  constructor(texts: readonly string[]) {
    const addresses = texts.map(clientAt);
    this.#family = addresses[0].family;
    this.#words = Int32Array.from(addresses.flatMap(({ w0, w1, w2, w3 }) => [w0, w1, w2, w3]));
  }

  resolverAddress(into: ClientAddress): void {
    const first = 4 * this.at;
    into.family = this.#family;
    into.w0 = this.#words[first];
    into.w1 = this.#words[first + 1];
    into.w2 = this.#words[first + 2];
    into.w3 = this.#words[first + 3];
  }
}

function clientAt(text: string): ClientAddress {
  const address = parseAddress(text);
  if (address === undefined) throw new Error(`no address: ${text}`);
  const client = new ClientAddress();
  client.setAddress(address);
  return client;
}

const SECRET = new Uint8Array(16).fill(7);
const PLAIN: PlaneSettings = { nsid: 'fra1.example.net', cookies: { secrets: [SECRET], isRequired: false } };

/** So high that nobody is held back: what is measured is the counting. */
const limited = (random: Random): PlaneSettings => ({
  ...PLAIN,
  rateLimit: {
    perSecond: [1_000_000, 1_000_000, 1_000_000, 1_000_000, 1_000_000],
    ...{ slip: 2, ipv4Bits: 24, ipv6Bits: 56, exempt: [] },
    table: new SharedArrayBuffer(BUCKETS * RATE_LIMIT_BUCKET_BYTES),
    seed: [random.below(2 ** 31), random.below(2 ** 31)],
  },
});

export function makeRows(snapshot: Snapshot): Row[] {
  const random = new Random(1);
  const octets = (count: number): number[] => Array.from({ length: count }, () => random.below(256));
  const variants = <T>(make: () => T): T[] => Array.from({ length: VARIANTS }, make);
  const v4 = variants(() => `${1 + random.below(223)}.${octets(3).join('.')}`);
  const groups = (): string =>
    octets(6)
      .map((octet) => octet.toString(16))
      .join(':');
  const v6 = variants(() => `2${groups()}::1`);
  const row = (name: string, queries: readonly Uint8Array[], settings = PLAIN, texts = v4): Row => ({
    ...{ name, queries, source: new Senders(texts) },
    answerer: new Answerer(new Random(1), settings, new BatchClock(Date.now)),
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
    row('A from a zone, rate limit', plain, limited(random)),
    row('A from a zone, rate limit, IPv6', plain, limited(random), v6),
    row(
      'A from a zone, EDNS',
      asking('plain.example.com', () => []),
    ),
    row('A from a zone, NSID', asking('plain.example.com', nsid)),
    row('A from a zone, new cookie', asking('plain.example.com', cookie)),
    row('service, nearest, by its resolver', asking('www.example.com')),
    row('service, nearest, by its resolver, IPv6', asking('www.example.com'), PLAIN, v6),
    row('service, nearest, by its resolver, rate limit', asking('www.example.com'), limited(random)),
    row('service, nearest, subnet of IPv4', asking('www.example.com', subnet4)),
    row('service, nearest, subnet of IPv6', asking('www.example.com', subnet6)),
    row('NXDOMAIN', asking('nope.example.com')),
    row('NXDOMAIN, rate limit', asking('nope.example.com'), limited(random)),
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
