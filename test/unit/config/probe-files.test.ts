import { chmodSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { loadConfig } from '../../../src/config/load.ts';
import { tlsPair } from '../../support/servers.ts';
import { folderWith } from './folder.ts';

const probes = `probes:
  a: { https: { ca: ca.pem } }
  b: { exec: { command: [bin/check, "{address}"] } }
  c: { file: { path: states.txt } }
  d: { all: [a, b, c] }
regions: { eu: { probe: d, check: "192.0.2.1:1" } }
policies: { p: [weighted] }
services: { s: { policy: p, probe: d, endpoints: { eu: { a: 192.0.2.1 } } } }
zones: { example.com: { records: "@ 60 SOA a b 1 2 3 4 5\\n@ 60 NS ns.example.net.\\nwww SERVICE s\\n" } }
`;

it('finds the files of probes beside the configuration, and watches no states', async () => {
  const folder = folderWith({ 'aya.yaml': probes, 'ca.pem': tlsPair.cert, 'bin/check': '', 'states.txt': '' });
  chmodSync(join(folder, 'bin/check'), 0o755);
  const loaded = await loadConfig(join(folder, 'aya.yaml'));
  if (!loaded.ok) expect.fail(JSON.stringify(loaded.problems));
  const { a, b, c } = Object.fromEntries(loaded.config.probes);
  expect(a).toMatchObject({ ca: join(folder, 'ca.pem') });
  expect(b).toMatchObject({ command: [join(folder, 'bin/check'), '{address}'] });
  expect(c).toMatchObject({ path: join(folder, 'states.txt') });
  expect(loaded.config.files).toEqual(['aya.yaml', 'ca.pem', 'bin/check'].map((name) => join(folder, name)));
  expect([loaded.warnings, loaded.config.regions.get('eu')?.probe]).toEqual([[], 'd']);
});

it('says which authorities are none', async () => {
  const folder = folderWith({ 'aya.yaml': probes, 'ca.pem': 'nobody', 'bin/check': '' });
  chmodSync(join(folder, 'bin/check'), 0o755);
  const loaded = await loadConfig(join(folder, 'aya.yaml'));
  const told = loaded.ok ? [] : loaded.problems.map(({ code, line, column }) => `${line}:${column} ${code}`);
  expect(told).toEqual(['2:21 bad-certificate']);
});

it('has one problem with a command that is no list', async () => {
  const folder = folderWith({ 'aya.yaml': probes.replace('[bin/check, "{address}"]', 'ls'), 'ca.pem': tlsPair.cert });
  const loaded = await loadConfig(join(folder, 'aya.yaml'));
  const told = loaded.ok ? [] : loaded.problems.map(({ code, line, column }) => `${line}:${column} ${code}`);
  expect(told).toEqual(['3:25 wrong-type']);
});

it('says where each that is missing is named', async () => {
  const folder = folderWith({ 'aya.yaml': probes.replace(', check: "192.0.2.1:1"', ''), 'bin/check': '' });
  const loaded = await loadConfig(join(folder, 'aya.yaml'));
  const told = loaded.ok ? [] : loaded.problems.map(({ code, line, column }) => `${line}:${column} ${code}`);
  expect(told).toEqual(['2:21 no-such-file', '3:26 not-executable', '6:12 missing-key']);
});
