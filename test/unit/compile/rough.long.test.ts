import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import { loadDatabase } from '../../../src/geo/load.ts';
import { configOf, mapOf } from '../../support/steered-config.ts';
import { addressOf, SteeredWorld } from '../../support/steered-world.ts';

const QUESTION = 'web.example.com. A';

test('a verdict that is published in a hurry changes answers at once and scopes later', async () => {
  const file = resolve(import.meta.dirname, '../../../geodb/country.mmdb');
  const database = await loadDatabase(file);
  if (!database.ok) throw new Error(JSON.stringify(database.problems));
  const config = configOf({
    regions: { us: { continent: 'NA' }, eu: { continent: 'EU' }, ap: { continent: 'AS' } },
    policies: {
      map: [
        {
          map: [
            { from: { country: ['DE', 'FR', 'GB', 'CH'] }, to: ['eu', 'us'] },
            { from: { country: ['JP', 'KR', 'CN'] }, to: ['ap', 'us'] },
            { to: ['us', 'eu'] },
          ],
        },
      ],
    },
    services: {
      web: { policy: 'map', endpoints: { us: { a: '192.0.2.1' }, eu: { a: '192.0.2.2' }, ap: { a: '192.0.2.3' } } },
    },
  });
  const map = mapOf(config, [database.value]);
  const [hurried, whole] = [new SteeredWorld(config, map), new SteeredWorld(config, map)];
  const clients = Array.from({ length: 2000 }, (_, index) =>
    addressOf(`${1 + (index % 223)}.${(index * 37) % 256}.0.1`),
  );
  const answersOf = (world: SteeredWorld) => clients.map((client) => world.ask(QUESTION, client));
  for (const down of [['eu'], [], ['us'], ['us', 'eu']]) {
    hurried.becomeUrgently('web', { down });
    whole.become({ down });
    const [rough, exact] = [answersOf(hurried), answersOf(whole)];
    expect(rough.map(({ addresses }) => addresses)).toEqual(exact.map(({ addresses }) => addresses));
    const longer = rough.map(({ scope }, index) => scope - exact[index].scope);
    expect(Math.min(...longer)).toBeGreaterThanOrEqual(0);
    hurried.refine({ down });
    expect(answersOf(hurried)).toEqual(exact);
    if (down[0] === 'eu') expect(Math.max(...longer)).toBeGreaterThan(0);
  }
});
