import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { CompiledWorld } from '../src/compile/world.ts';
import { loadConfig } from '../src/config/load.ts';
import { Answerer } from '../src/dataplane/answering/answer.ts';
import { BatchClock } from '../src/dataplane/answering/batch-clock.ts';
import { buildGeoMap } from '../src/geo/geomap.ts';
import { Snapshot } from '../src/snapshot/snapshot.ts';
import { Random } from '../src/util/random.ts';

/**
 * What many records cost: loading and compiling them, the memory of the process, and a look-up among them beside one
 * among ten.
 *
 *   npm run bench:zones -- [--zones 1000] [--records 1000000] [--lookups 2000000]
 */
const { values } = parseArgs({
  options: {
    zones: { type: 'string', default: '1000' },
    records: { type: 'string', default: '1000000' },
    lookups: { type: 'string', default: '2000000' },
    write: { type: 'string' }, // only writes the zones into this folder
  },
});

const ROUNDS = 100;

const NO_MAP = buildGeoMap({ databases: [], networks: new Map(), countries: new Map() });

/** Names of one length among few and among many, so that what differs between them is the look-up alone. */
const hostLabel = (host: number): string => `h${String(host).padStart(6, '0')}`;
const zoneLabel = (zone: number): string => `z${String(zone).padStart(4, '0')}`;

/** Writes zones of `perZone` A records each, and a configuration that names them. */
function writeZones(folder: string, zones: number, perZone: number): void {
  const lines = ['zones:'];
  for (let zone = 0; zone < zones; zone++) {
    const records = Array.from(
      { length: perZone },
      (_, host) => `${hostLabel(host)} A 10.${host >> 16}.${(host >> 8) & 255}.${host & 255}`,
    );
    const text = `$TTL 300\n@ SOA ns h 1 2 3 4 5\n@ NS ns\nns A 192.0.2.1\n${records.join('\n')}\n`;
    writeFileSync(join(folder, `z${zone}.zone`), text);
    lines.push(`  ${zoneLabel(zone)}.example: { file: z${zone}.zone }`);
  }
  writeFileSync(join(folder, 'aya.yaml'), lines.join('\n'));
}

async function load(zones: number, perZone: number): Promise<Snapshot> {
  const folder = mkdtempSync(join(tmpdir(), 'aya-zones-'));
  // By another process: what writing takes is not what loading takes.
  const argv = ['--write', folder, '--zones', String(zones), '--records', String(zones * perZone)];
  spawnSync(process.execPath, [fileURLToPath(import.meta.url), ...argv], { stdio: 'inherit' });
  const start = performance.now();
  const before = process.cpuUsage();
  const loaded = await loadConfig(join(folder, 'aya.yaml'));
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems[0]));
  const read = performance.now();
  const blocks = new CompiledWorld(loaded.config, NO_MAP).compileAll({
    nowMs: 0,
    isUp: () => true,
    resolved: () => undefined,
  });
  const compiled = performance.now();
  const { user, system } = process.cpuUsage(before);
  rmSync(folder, { recursive: true });
  const seconds = (ms: number): string => `${(ms / 1000).toFixed(2)} s`;
  const bytesPerName = (blocks.names?.byteLength ?? 0) / (zones * (perZone + 2));
  console.log(
    `${zones} zones, ${zones * perZone} records: read ${seconds(read - start)}, compiled ${seconds(compiled - read)} ` +
      `(CPU ${seconds((user + system) / 1000)}, all threads), ` +
      `${bytesPerName.toFixed(0)} octets a name, process ${Math.round(process.resourceUsage().maxRSS / 1024)} MiB at most`,
  );
  return new Snapshot({ ...blocks, generation: 1 });
}

/** Queries for names that exist, in random order. */
function questions(zones: number, perZone: number, count: number): Uint8Array[] {
  const random = new Random(1);
  return Array.from({ length: count }, () => {
    const labels = [hostLabel(random.below(perZone)), zoneLabel(random.below(zones)), 'example'];
    const name = labels.map((label) => `${String.fromCharCode(label.length)}${label}`).join('');
    return Buffer.from(`\0\0\0\0\0\x01\0\0\0\0\0\0${name}\0\0\x01\0\x01`, 'latin1');
  });
}

function nsPerAnswer(snapshot: Snapshot, asked: readonly Uint8Array[], lookups: number): number {
  const answerer = new Answerer(
    new Random(1),
    { cookies: { secrets: [], isRequired: false } },
    new BatchClock(Date.now),
  );
  const source = { isStream: false, resolverAddress: () => {} };
  const round = (count: number): number => {
    const start = performance.now();
    for (let index = 0; index < count; index++) {
      const query = asked[index % asked.length];
      if (answerer.answer(snapshot, query, query.length, source) === 0) throw new Error('no answer');
    }
    return ((performance.now() - start) * 1e6) / count;
  };
  round(lookups / 4); // compiled code, not interpreted
  // The best of many short rounds: other work on the machine disturbs some of them, not all.
  return Math.min(...Array.from({ length: ROUNDS }, () => round(lookups / ROUNDS)));
}

const zones = Number(values.zones);
const perZone = Math.ceil(Number(values.records) / zones);
const asked = 20_000;
if (values.write === undefined) {
  const few = nsPerAnswer(await load(1, 10), questions(1, 10, asked), Number(values.lookups));
  const many = nsPerAnswer(await load(zones, perZone), questions(zones, perZone, asked), Number(values.lookups));
  const ratio = (many / few).toFixed(2);
  console.log(
    `answer(): ${few.toFixed(0)} ns among 10 records, ${many.toFixed(0)} ns among ${values.records}: ${ratio} x`,
  );
} else {
  writeZones(values.write, zones, perZone);
}
