import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Answering } from '../support/answering.ts';
import { query } from '../support/ask.ts';
import { readMessage } from '../support/message.ts';
import { ReferenceResolver } from '../support/reference-resolver.ts';
import { seedOf } from '../support/seed.ts';
import { madeZone, namesBelow, plainZones } from '../support/zone-arbitraries.ts';

const TYPES = ['A', 'NS', 'CNAME', 'DNAME', 'DS', 'SOA', 'ANY', 'TYPE65280'];

/** Every name there can be, and some below the deepest of them. */
const QUESTIONS = [
  ...namesBelow('z.', 3),
  ...namesBelow('b.a.z.', 2),
  ...namesBelow('y.', 3),
  'a.b.a.a.a.z.',
  'x.',
].flatMap((name) => TYPES.map((type) => [name, type] as const));
const WORLDS = 100;

function askAya(answering: Answering, name: string, type: string) {
  const octets = answering.ask(query(`${name} ${type}`), { isStream: true });
  if (octets === undefined) throw new Error('there is no answer');
  const { rcode, flags, answer, authority, additional } = readMessage(octets);
  return { rcode, isAuthoritative: flags === 'aa', answer, authority, additional: [...additional].sort() };
}

test('every question to random zones is answered as RFC 1034 section 4.3.2 says', () => {
  fc.assert(
    fc.property(plainZones, (zones) => {
      const answering = new Answering({ zones: {}, made: zones.map(madeZone) });
      const reference = new ReferenceResolver(zones);
      for (const [name, type] of QUESTIONS) {
        const { additional, ...expected } = reference.ask(name, type);
        const got = askAya(answering, name, type);
        const want = { ...expected, additional: [...additional].sort() };
        if (JSON.stringify(got) !== JSON.stringify(want))
          expect({ name, type, ...got }).toEqual({ name, type, ...want });
      }
    }),
    { numRuns: WORLDS, seed: seedOf('answers of random zones') },
  );
});
