import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { styleText } from 'node:util';
import type { Config, EndpointConfig } from '../../src/config/config.ts';
import { formatAddress } from '../../src/net/address.ts';
import { formatDuration } from '../../src/util/duration-text.ts';
import { type Client, describe } from './clients.ts';
import type { Region } from './region.ts';

export interface World {
  /** As the user would name the file. */
  readonly file: string;
  readonly config: Config;
  readonly regions: ReadonlyMap<string, Region>;
  /** Whom www.example.com sends where at present. */
  readonly clients: readonly Client[];
}

/** What is up, and what to try. */
export function welcome({ file, config, regions, clients }: World): string {
  const [{ address, port }] = config.server.listen;
  const dig = `dig @${formatAddress(address)} -p ${port} +short`;
  const commands = clients.map(({ subnet }) => `${dig} www.example.com +subnet=${subnet}`);
  const example = clients.find(({ region }) => region !== undefined && regions.has(region)) ?? clients[0];
  const url = regions.get(example.region ?? '')?.url;
  return [
    `${styleText('bold', `Aya answers for example.com at ${formatAddress(address)} port ${port}, UDP and TCP`)} (${file}).`,
    '',
    ...table([
      ['region', 'answers', 'its load balancer, played on this machine'],
      ...[...regions].map(([region, { url }]) => [region, addressesOf(config, region), url]),
    ]),
    '',
    'In another terminal, ask for clients in five countries, as their resolvers do. Each gets the nearest region:',
    '',
    ...table(
      clients.map(({ country, address, region }, i) => [commands[i], `# ${country}: ${describe(address, region)}`]),
    ),
    '',
    'Two other policies: a map by country, continent and your own networks; and shares by weight:',
    '',
    ...table([
      [`${dig} app.example.com +subnet=198.51.100.0/24`, "# the office's network: sa-saopaulo, by the map"],
      [`${dig} beta.example.com`, '# three times in four us-east, else eu-west'],
    ]),
    '',
    `Make a region fail, ask again, then let it recover. This window says when answers change, ${patience(config)}:`,
    '',
    `  curl -X POST ${url}/fail`,
    `  ${dig} www.example.com +subnet=${example.subnet}`,
    `  curl -X POST ${url}/recover`,
    '',
    ...substitutes(url ?? ''),
    `If you change ${file} or its zone file, Aya reads it again. Ctrl-C stops.`,
    '',
  ].join('\n');
}

/** What the first service that has an endpoint in the region answers with. */
function addressesOf({ services }: Config, region: string): string {
  const isThere = (endpoint: EndpointConfig): boolean => endpoint.region === region;
  const endpoint = [...services.values()].flatMap(({ endpoints }) => endpoints).find(isThere);
  return [...(endpoint?.a ?? []), ...(endpoint?.aaaa ?? [])].map(formatAddress).join('  ');
}

/** The longest that a failure goes unnoticed. */
function patience({ probes }: Config): string {
  const worstMs = [...probes.values()].map(({ intervalMs, fall, timeoutMs }) => intervalMs * fall + timeoutMs);
  return `at most ${formatDuration(Math.max(0, ...worstMs))} later`;
}

/** For machines that lack a tool. */
function substitutes(url: string): readonly string[] {
  const lines: string[] = [];
  if (!isInstalled('dig')) {
    lines.push(
      'This machine has no dig. Install bind9-dnsutils (Debian, Ubuntu), bind-utils (Fedora) or bind-tools (Alpine).',
      'Without it, watch this window: it asks for these five clients by itself whenever a verdict changes.',
    );
  }
  if (!isInstalled('curl')) lines.push(`Without curl: node -e "fetch('${url}/fail', { method: 'POST' })"`);
  return lines.length === 0 ? [] : [...lines, ''];
}

function isInstalled(program: string): boolean {
  const folders = (process.env.PATH ?? '').split(delimiter);
  return folders.some((folder) => isExecutable(join(folder, program)));
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Rows in columns, each as wide as its widest cell. */
function table(rows: readonly (readonly string[])[]): readonly string[] {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  return rows.map((row) => `  ${row.map((cell, column) => cell.padEnd(widths[column])).join('   ')}`.trimEnd());
}
