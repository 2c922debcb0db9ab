import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Present } from '../../src/compile/present.ts';
import { type Address, formatAddress } from '../../src/net/address.ts';
import { seedOf } from '../support/seed.ts';
import { configOf, mapOf } from '../support/steered-config.ts';
import { SteeredWorld } from '../support/steered-world.ts';
import { anyDocument, circumstances, clientOctets } from '../support/steering-arbitraries.ts';
import { steered, subjectIn } from '../support/subject.ts';

const DRAWS = 400;
/** Absolute; at 400 draws that is six standard deviations of any share. */
const TOLERANCE = 0.15;

interface Circumstances {
  readonly down: readonly string[];
  readonly draining: readonly string[];
}

function presentOf({ down, draining }: Circumstances): Present {
  return {
    nowMs: 0,
    isUp: (_, { name }) => !down.includes(name),
    isDraining: (_, { name }) => draining.includes(name),
    resolved: () => undefined,
  };
}

function addressOf(octets: readonly number[]): Address {
  return { family: octets.length === 4 ? 4 : 6, bytes: Uint8Array.from(octets) };
}

test('an explanation says what is answered: rcode, shares, scope and TTL', () => {
  const seed = seedOf('explanations');
  const type = fc.constantFrom('A' as const, 'AAAA' as const);
  fc.assert(
    fc.property(anyDocument, circumstances, clientOctets, type, (document, world, octets, qtype) => {
      const config = configOf(document);
      const map = mapOf(config);
      const client = addressOf(octets);
      const subject = subjectIn(config, map);
      const why = { type: qtype, present: presentOf(world) };
      const { answer } = steered(subject, 'web.example.com.', formatAddress(client), why);
      const served = new SteeredWorld(config, map, world, seed);
      const answers = Array.from({ length: DRAWS }, () => served.ask(`web.example.com. ${qtype}`, client));
      const [one] = answers;
      expect(one.rcode).toBe(answer.kind === 'refuse' ? 'SERVFAIL' : 'NOERROR');
      expect(one.addresses.length > 0).toBe(answer.kind === 'endpoints');
      if (answer.kind === 'endpoints') expect(one.ttlSeconds).toBe(answer.ttlSeconds);
      expect(one.scope).toBe(answer.scope?.prefixLength);
      const known = answer.endpoints.flatMap(({ addresses = [] }) => addresses);
      for (const { addresses } of answers) expect(known).toEqual(expect.arrayContaining([...addresses]));
      for (const { percent, addresses = [] } of answer.endpoints) {
        const drawn = answers.filter((each) => addresses.includes(each.addresses[0])).length / DRAWS;
        expect(Math.abs(drawn - percent / 100), `${addresses}`).toBeLessThan(TOLERANCE);
      }
    }),
    { numRuns: 60, seed },
  );
});

test('the shares of all clients add up, and a client gets one of them', () => {
  fc.assert(
    fc.property(anyDocument, circumstances, clientOctets, (document, world, octets) => {
      const config = configOf(document);
      const subject = subjectIn(config, mapOf(config));
      const from = formatAddress(addressOf(octets));
      const { answer, shares } = steered(subject, 'web.example.com.', from, { present: presentOf(world) });
      expect(shares.reduce((sum, { percent }) => sum + percent, 0)).toBeCloseTo(100, 0);
      const all = shares.map(({ service, endpoint }) => `${service}/${endpoint}`);
      for (const { service, endpoint, percent } of answer.endpoints) {
        if (percent > 0) expect(all).toContain(`${service}/${endpoint}`);
      }
    }),
    { numRuns: 100, seed: seedOf('shares') },
  );
});
