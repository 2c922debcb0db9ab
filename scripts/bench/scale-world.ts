import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Random } from '../../src/util/random.ts';
import { NAME } from './servers.ts';

/** How large a world is: each is one in which all else is small. */
export interface WorldSize {
  /** Names with an address, besides those of services. */
  readonly names: number;
  readonly regions: number;
  /** Each with a name, answered by the nearest of all regions. */
  readonly services: number;
  readonly workers: number;
  /** The processors that workers are kept on. */
  readonly cpus?: readonly number[];
  /** The path of an .mmdb file. */
  readonly database: string;
}

/** What the benchmarks compare with. */
export const SMALL: WorldSize = { names: 10, regions: 3, services: 1, workers: 1, database: 'geodb/country.mmdb' };

const ORIGIN = 'example.com';

export const plainName = (index: number): string => `host${index}.${ORIGIN}`;

/** The first is the name that every server of the benchmarks answers. */
export const serviceName = (index: number): string => (index === 0 ? NAME : `www${index}.${ORIGIN}`);

/** A zone of a million names takes 25 MB. */
const WORLDS = mkdtempSync(join(tmpdir(), 'aya-worlds-'));
process.once('exit', () => rmSync(WORLDS, { recursive: true }));

/** Writes a configuration of that size into a folder that goes with this process, and returns its path. */
export function writeWorld(size: WorldSize, port: number): string {
  const folder = mkdtempSync(join(WORLDS, 'world-'));
  const file = join(folder, 'aya.yaml');
  writeFileSync(join(folder, 'zone'), zoneText(size));
  writeFileSync(file, [...head(size, port), ...regions(size), ...services(size), ...zones(folder), ''].join('\n'));
  return file;
}

function head({ workers, cpus, database }: WorldSize, port: number): string[] {
  const kept = cpus === undefined ? '' : `, cpus: [${cpus.join(', ')}]`;
  return [
    `server: { listen: 127.0.0.1:${port}, workers: ${workers}${kept} }`,
    `geo: { databases: ${JSON.stringify(resolve(database))} }`,
    'policies: { closest: [nearest] }',
  ];
}

/** All over the world, the same ones in every run. */
function regions({ regions }: WorldSize): string[] {
  const random = new Random(1);
  const location = (): string => `[${random.below(120) - 55}, ${random.below(360) - 180}]`;
  return ['regions:', ...Array.from({ length: regions }, (_, index) => `  r${index}: { location: ${location()} }`)];
}

function services({ services, regions }: WorldSize): string[] {
  const endpoints = (service: number): string =>
    Array.from({ length: regions }, (_, region) => `r${region}: { a: ${address(service * regions + region)} }`).join(
      ', ',
    );
  return [
    'services:',
    ...Array.from(
      { length: services },
      (_, index) => `  s${index}: { policy: closest, ttl: 30s, endpoints: { ${endpoints(index)} } }`,
    ),
  ];
}

const zones = (folder: string): string[] => [
  'zones:',
  `  ${ORIGIN}: { file: ${JSON.stringify(join(folder, 'zone'))} }`,
];

function zoneText({ names, services }: WorldSize): string {
  const lines = ['$TTL 300', '@ SOA ns1 hostmaster 1 7200 1800 259200 60', '@ NS ns1', 'ns1 A 127.0.0.1'];
  for (let index = 0; index < names; index++) lines.push(`${label(plainName(index))} A ${address(index)}`);
  for (let index = 0; index < services; index++) lines.push(`${label(serviceName(index))} SERVICE s${index}`);
  return `${lines.join('\n')}\n`;
}

const label = (name: string): string => name.slice(0, -ORIGIN.length - 1);

const address = (index: number): string => `10.${(index >> 16) & 255}.${(index >> 8) & 255}.${index & 255}`;
