import { setTimeout } from 'node:timers/promises';
import { CompiledWorld } from '../../src/compile/world.ts';
import { loadConfig } from '../../src/config/load.ts';
import { Geography } from '../../src/control/geography/geography.ts';
import { SettingsBuilder } from '../../src/control/settings.ts';
import { listenAddresses, streamSettings } from '../../src/control/streams.ts';
import { Demand } from '../../src/control/workers/demand.ts';
import { WorkerPool } from '../../src/control/workers/pool.ts';
import { formatAddress } from '../../src/net/address.ts';

/**
 * A server whose verdicts change without end: real workers, and so many times a second an endpoint of one service after
 * the other goes down or comes back, is compiled, and published. Nothing is probed, so that nothing else happens. A
 * message sets how many times a second; when it gets one it says how many were published so far. publishing.ts CONFIG
 */
const loaded = await loadConfig(process.argv[2]);
if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems));
const { config } = loaded;
const map = await new Geography().load(config.geo);
if (!map.ok) throw new Error(JSON.stringify(map.problems));
const world = new CompiledWorld(config, map.value);
const services = [...config.services.values()];

/** As text: the addresses that are down. */
const down = new Set<string>();
const present = {
  nowMs: 0,
  isUp: (_: unknown, __: unknown, address: Parameters<typeof formatAddress>[0] | undefined) =>
    address === undefined || !down.has(formatAddress(address)),
  resolved: () => undefined,
};

const pool = new WorkerPool(listenAddresses(config.server), config.server.workers);
await pool.start({
  ...world.compileAll(present),
  settings: new SettingsBuilder().build(config.server),
  streams: streamSettings(config.server),
  demand: new Demand().begin(config.services.keys(), config.regions.keys()),
});

let perSecond = 0;
let published = 0;
process.on('message', (rate: number) => {
  process.send?.(published);
  perSecond = rate;
});

/** The first endpoint of a service goes down, or comes back. */
function flip(): void {
  const { name, endpoints } = services[published % services.length];
  const address = formatAddress(endpoints[0].a[0]);
  if (!down.delete(address)) down.add(address);
  pool.publish(world.compileServices([name], present));
  published++;
}

for (let lastMs = performance.now(), owed = 0; ; ) {
  await setTimeout(1);
  const nowMs = performance.now();
  owed = Math.min(perSecond, owed + ((nowMs - lastMs) * perSecond) / 1000);
  lastMs = nowMs;
  for (; owed >= 1; owed--) flip();
}
