import { parseArgs } from 'node:util';
import { CompiledWorld } from '../src/compile/world.ts';
import type { EndpointConfig, RegionConfig, ServiceConfig } from '../src/config/config.ts';
import { buildGeoMap } from '../src/geo/geomap.ts';
import { type Address, formatAddress, parseAddress } from '../src/net/address.ts';
import { type Prefix, parsePrefix } from '../src/net/prefix.ts';
import type { Policy } from '../src/steering/policy.ts';
import { Random } from '../src/util/random.ts';

/**
 * What a changed verdict costs: services of 20 endpoints, whose clients fall into 1,000 classes, are decided again for
 * each class and written as blocks. Once for one service, once for all of them, each with states of its own. With --fenced by
 * a policy whose order is no longer the same whatever is up, so that each class is decided by itself.
 *
 *   npm run bench:compile -- [--endpoints 20] [--classes 1000] [--services 1000] [--networks 20000] [--fenced]
 */
const { values } = parseArgs({
  options: {
    endpoints: { type: 'string', default: '20' },
    classes: { type: 'string', default: '1000' },
    services: { type: 'string', default: '1000' },
    networks: { type: 'string', default: '20000' },
    fenced: { type: 'boolean', default: false },
    seed: { type: 'string', default: '1' },
  },
});
const [endpoints, classes, services, networks] = ['endpoints', 'classes', 'services', 'networks'].map((key) =>
  Number(values[key as keyof typeof values]),
);
const random = new Random(Number(values.seed));

const names = Array.from({ length: endpoints }, (_, index) => `region-${index}`);
const regions = new Map(
  names.map((name): [string, RegionConfig] => {
    const location = { latitude: random.below(120) - 60, longitude: random.below(360) - 180 };
    return [name, { name, tags: [], isDraining: false, location }];
  }),
);

/** As many lists of networks as there are classes, all over the address space, each sent to an order of its own. */
const lists = new Map<string, Prefix[]>();
for (let index = 0; index < networks; index++) {
  const name = `list-${index % classes}`;
  const first = [1 + random.below(222), random.below(256), random.below(256)];
  const parsed = parsePrefix(`${first.join('.')}.0/24`);
  if (parsed.ok) lists.set(name, [...(lists.get(name) ?? []), parsed.prefix]);
}
const rows = [...lists.keys()].map((network) => ({ from: { network: [network] }, to: shuffled(names) }));
const policy: Policy = {
  name: 'bench',
  steps: [
    ...(values.fenced ? ([{ kind: 'fence', settings: { to: names.slice(1), else: 'all' } }] as const) : []),
    { kind: 'map', settings: { rows, rest: 'equal' } },
    { kind: 'weighted', settings: { zero: 'lastResort' } },
  ],
};

const map = buildGeoMap({ databases: [], networks: lists, countries: new Map() });
const config = {
  regions,
  zones: [],
  services: new Map(
    Array.from({ length: services }, (_, index) => [`service-${index}`, serviceOf(`service-${index}`)]),
  ),
};
const down = new Set<string>();
const present = {
  nowMs: 0,
  isUp: (_: ServiceConfig, __: EndpointConfig, address: Address | undefined) =>
    address === undefined || !down.has(formatAddress(address)),
  resolved: () => undefined,
};

let began = performance.now();
const world = new CompiledWorld(config, map);
console.log(`${services} services of ${endpoints} endpoints, ${lists.size + 1} classes, ${networks} networks`);
console.log(`made in ${ms(performance.now() - began)}`);
began = performance.now();
world.compileAll(present);
console.log(`compiled for the first time in ${ms(performance.now() - began)}`);

const times = Array.from({ length: 100 }, () => {
  flip(random.below(services), random.below(endpoints));
  const start = performance.now();
  world.compileServices([`service-${random.below(services)}`], present);
  return performance.now() - start;
}).sort((a, b) => a - b);
console.log(`one service: median ${ms(times[50])}, worst ${ms(times[99])}`);

for (let service = 0; service < services; service++) {
  flip(service, random.below(endpoints));
  flip(service, random.below(endpoints));
}
began = performance.now();
world.compileServices([...config.services.keys()], present);
console.log(`all services, each with other endpoints down: ${ms(performance.now() - began)}`);
for (let service = 0; service < services; service++) flip(service, 0);
began = performance.now();
world.compileServices([...config.services.keys()], present);
console.log(`all services, one region more: ${ms(performance.now() - began)}`);

function serviceOf(name: string): ServiceConfig {
  const index = Number(name.split('-')[1]);
  return {
    ...{ name, policy, probe: undefined, ttlSeconds: 30, answers: 1, whenAllDown: { kind: 'all' }, fixed: undefined },
    endpoints: names.map((region, endpoint) => ({
      ...{ name: region, region, isDraining: false, weight: 1, check: undefined },
      a: [addressOf(`10.${index >> 8}.${index & 255}.${endpoint}`)],
      aaaa: [addressOf(`2001:db8:${index.toString(16)}::${(endpoint + 1).toString(16)}`)],
    })),
  };
}

function flip(service: number, endpoint: number): void {
  for (const text of [
    `10.${service >> 8}.${service & 255}.${endpoint}`,
    `2001:db8:${service.toString(16)}::${(endpoint + 1).toString(16)}`,
  ]) {
    const address = formatAddress(addressOf(text));
    if (!down.delete(address)) down.add(address);
  }
}

function shuffled(of: readonly string[]): string[] {
  const list = [...of];
  for (let last = list.length - 1; last > 0; last--) {
    const other = random.below(last + 1);
    [list[last], list[other]] = [list[other], list[last]];
  }
  return list;
}

function addressOf(text: string): Address {
  const address = parseAddress(text);
  if (address === undefined) throw new Error(`no address: ${text}`);
  return address;
}

function ms(amount: number): string {
  return `${amount.toFixed(amount < 100 ? 2 : 0)} ms`;
}
