import fc from 'fast-check';
import { expect, test } from 'vitest';
import { locate } from '../../src/geo/geomap.ts';
import { readDatabase } from '../../src/geo/mmdb.ts';
import { type Address, formatAddress } from '../../src/net/address.ts';
import { formatPrefix, prefixOf } from '../../src/net/prefix.ts';
import { seedOf } from '../support/seed.ts';
import { configOf, mapOf, type SteeredDocument } from '../support/steered-config.ts';
import { type Circumstances, SteeredWorld } from '../support/steered-world.ts';
import {
  admittingDocument,
  anyDocument,
  circumstances,
  clientOctets,
  databaseRows,
} from '../support/steering-arbitraries.ts';
import { Expected } from '../support/steering-expected.ts';
import { pointsIn, startsOf } from '../support/trie-points.ts';
import { writeDatabase } from '../unit/geo/mmdb-writer.ts';

const WORLDS = 50;

const addresses = fc.array(
  clientOctets.map((octets): Address => ({ family: octets.length === 4 ? 4 : 6, bytes: Uint8Array.from(octets) })),
  { minLength: 1, maxLength: 8 },
);

function worldOf(document: SteeredDocument, rows: Parameters<typeof writeDatabase>[0], as: Circumstances) {
  const config = configOf(document);
  const databases = (rows.length === 0 ? [] : [writeDatabase(rows)]).map((bytes) => {
    const database = readDatabase(bytes, 'random.mmdb');
    if (!database.ok) throw new Error(JSON.stringify(database.problems));
    return database.value;
  });
  const map = mapOf(config, databases);
  return { map, config, world: new SteeredWorld(config, map, as) };
}

/** The same, found once an address. */
function once<T>(find: (client: Address) => T): (client: Address) => T {
  const known = new Map<string, T>();
  return (client) => {
    const key = formatAddress(client);
    const value = known.get(key) ?? find(client);
    known.set(key, value);
    return value;
  };
}

test('every answer is one of those that were decided for the client, of each type', () => {
  fc.assert(
    fc.property(anyDocument, databaseRows, circumstances, addresses, (document, rows, as, clients) => {
      const { map, config, world } = worldOf(document, rows, as);
      for (const type of ['A', 'AAAA'] as const) {
        const expected = new Expected(config, 'web', type, as);
        for (const client of clients) {
          const { addresses: got, rcode } = world.ask(`web.example.com. ${type}`, client);
          const answer = expected.of(client, locate(map, client).location);
          expect(rcode).toBe(answer.rcode);
          expect(answer.mayBe(got), `${got.join()} of ${answer.text}`).toBe(true);
        }
      }
    }),
    { numRuns: WORLDS, seed: seedOf('answers of random policies') },
  );
});

test('all of a scope is answered alike, and no shorter one is', () => {
  fc.assert(
    fc.property(anyDocument, databaseRows, circumstances, addresses, (document, rows, as, clients) => {
      const { map, config, world } = worldOf(document, rows, as);
      const expected = new Expected(config, 'web', 'A', as);
      const starts = startsOf(map.trie);
      const of = once((client) => expected.of(client, locate(map, client).location));
      const scopeOf = once((client) => world.ask('web.example.com. A', client).scope);
      for (const client of clients) {
        const scope = scopeOf(client);
        const here = of(client);
        const where = `${formatPrefix(prefixOf(client, scope))}: ${here.text}`;
        const points = pointsIn(prefixOf(client, scope), starts);
        const others = points.filter((point) => of(point).text !== here.text || scopeOf(point) !== scope);
        expect(others.map(formatAddress), where).toEqual([]);
        if (scope <= here.scopeMin) expect(scope, where).toBe(here.scopeMin);
        else {
          const around = pointsIn(prefixOf(client, scope - 1), starts);
          const isAlike = around.every((point) => of(point).decided === here.decided);
          expect(isAlike, `${where} could be shorter`).toBe(false);
        }
      }
    }),
    { numRuns: WORLDS, seed: seedOf('scopes of random policies') },
  );
}, 120_000); // each world is looked at from every address at which something changes

test('no answer names an endpoint that is down while one is up, or one that drains while another does not', () => {
  fc.assert(
    fc.property(admittingDocument, databaseRows, circumstances, addresses, (document, rows, as, clients) => {
      const { world } = worldOf(document, rows, as);
      const { down, draining } = as;
      const services = document.services as Readonly<
        Record<string, { readonly endpoints: Readonly<Record<string, { a?: string }>> }>
      >;
      const isNested = 'shop' in services.web.endpoints;
      const all = Object.entries({ ...services.web.endpoints, ...(isNested && services.shop.endpoints) }).flatMap(
        ([name, { a }]) => (a === undefined ? [] : [{ name, a }]),
      );
      const up = all.filter(({ name }) => !down.includes(name));
      const fresh = up.filter(({ name }) => !draining.includes(name));
      const allowed = (fresh.length > 0 ? fresh : up.length > 0 ? up : all).map(({ a }) => a);
      for (const client of clients) {
        const got = world.ask('web.example.com. A', client).addresses;
        expect(got.length).toBeGreaterThan(0);
        expect(got.filter((address) => !allowed.includes(address))).toEqual([]);
      }
    }),
    { numRuns: WORLDS, seed: seedOf('verdicts and random policies') },
  );
});
