import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { Config } from '../../../../src/config/config.ts';
import { loadConfig } from '../../../../src/config/load.ts';
import { Latency } from '../../../../src/control/latency/latency.ts';
import { createLog } from '../../../../src/control/log.ts';
import { buildGeoMap } from '../../../../src/geo/geomap.ts';
import { folderWith } from '../../config/folder.ts';
import { countries, databaseOf } from '../../geo/databases.ts';

async function configured(): Promise<Config> {
  const folder = folderWith({
    'aya.yaml': `latency: { file: learned, period: 1d }
regions: { eu: { location: [53.3, -6.3] } }
zones: { example.com: { file: zone } }
`,
    zone: '@ 60 SOA a b 1 2 3 4 5\n@ 60 NS a.example.net.\n',
  });
  const loaded = await loadConfig(join(folder, 'aya.yaml'));
  if (!loaded.ok) throw new Error('it can be loaded');
  return loaded.config;
}

test('what is asked by hand is saved, and estimates are made in the middle of a period of a table alone', async () => {
  const config = await configured();
  const table = await countries();
  const database = databaseOf([['192.0.2.0/24', { country: 'DE' }]]);
  const map = buildGeoMap({ databases: [database], networks: new Map(), countries: table });
  const latency = new Latency(
    createLog('silent'),
    () => undefined,
    () => new Map(),
  );
  onTestFinished(() => latency.stop());
  await latency.configure(config, map, table);
  const first = latency.status;
  expect(first?.lastRecompileMs).toBeGreaterThan(0);
  const file = await latency.save();
  expect([file, existsSync(file!)]).toEqual([config.latency?.file, true]);
  // No two of them take as long to a fraction of a microsecond.
  expect(latency.status?.lastRecompileMs).toBe(first?.lastRecompileMs);
  const rows = [{ place: 'DE', region: 'eu', rttMs: 20, samples: 9 }];
  expect(await latency.importRows(rows)).toEqual({ taken: 1, refused: 0 });
  await latency.save();
  expect(latency.status?.lastRecompileMs).not.toBe(first?.lastRecompileMs);
});
