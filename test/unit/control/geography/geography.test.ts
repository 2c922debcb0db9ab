import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Geography } from '../../../../src/control/geography/geography.ts';
import { locate } from '../../../../src/geo/geomap.ts';
import { parseAddress } from '../../../../src/net/address.ts';
import { parsePrefix } from '../../../../src/net/prefix.ts';
import '../../../support/compile-cache.ts';

/** Networks of one name, and no database. */
function geoOf(name: string): Parameters<Geography['load']>[0] {
  const parsed = parsePrefix('192.0.2.0/24');
  if (!parsed.ok) throw new Error('a network');
  return { databases: [], networks: new Map([[name, [parsed.prefix]]]) };
}

async function networksAt(geography: Geography, name: string): Promise<readonly string[]> {
  const map = await geography.load(geoOf(name));
  const address = parseAddress('192.0.2.1');
  if (!map.ok || address === undefined) throw new Error('a map and an address');
  return locate(map.value, address).location.networks;
}

test('a thread that was started ahead loads the first map, others those after it', async () => {
  const geography = new Geography();
  geography.prepare();
  geography.prepare();
  expect(await networksAt(geography, 'office')).toEqual(['office']);
  expect(await networksAt(geography, 'desk')).toEqual(['desk']);
});

test('a map is kept while what it is made from stays as it is', async () => {
  const geography = new Geography();
  const [first, second] = [await geography.load(geoOf('office')), await geography.load(geoOf('office'))];
  expect(first.ok && second.ok && first.value === second.value).toBe(true);
});

test('a thread that was started ahead and has nothing to load can be ended, and another loads', async () => {
  const geography = new Geography();
  geography.prepare();
  await geography.stop();
  await geography.stop();
  expect(await networksAt(geography, 'office')).toEqual(['office']);
});

test('a database that is none is a problem, and the map before stays', async () => {
  const file = join(mkdtempSync(join(tmpdir(), 'aya-geography-')), 'none.mmdb');
  writeFileSync(file, 'no database');
  const geography = new Geography();
  geography.prepare();
  const refused = await geography.load({ ...geoOf('office'), databases: [file] });
  expect(refused).toMatchObject({ ok: false, problems: [{ code: 'bad-database', file }] });
  expect(await networksAt(geography, 'office')).toEqual(['office']);
});
