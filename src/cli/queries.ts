import { setTimeout } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import type { QueryEntry } from '../control/query-log/entry.ts';
import type { Look } from '../control/query-log/onlooker.ts';
import { isSubdomain, nameFromText, ROOT, type WireName } from '../dns/name.ts';
import { parseAddress } from '../net/address.ts';
import { contains, type Prefix, parsePrefix } from '../net/prefix.ts';
import { ADMIN_OPTIONS, ADMIN_USAGE, AdminError, askAdmin, socketOf } from './admin-client.ts';
import type { Output } from './output.ts';

export const QUERIES_USAGE = `usage: aya queries [--name NAME] [--client NETWORK] [--count N] [--json] --config FILE

Shows who asks a running server for what, and the answers, as it happens, until interrupted. It works
without a query log. While somebody looks, each worker records every query, and is some percent slower.

  --name NAME      only queries for this name and the names below it
  --client NETWORK only clients in this network, by the Client Subnet or else the sender's address
  --count N        stop after so many queries
  --json           print each query as a line of JSON, as in the query log
${ADMIN_USAGE}
Exit codes: 0 done; 1 no server; 2 the command line is wrong.`;

const LOOK_MS = 250;

/** What is to be shown. */
interface Wanted {
  readonly name: WireName;
  readonly client: Prefix | undefined;
}

/** `aya queries`: gives the exit status. */
export async function runQueries(argv: readonly string[], io: Output): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...argv],
    options: {
      ...ADMIN_OPTIONS,
      name: { type: 'string', default: '.' },
      client: { type: 'string' },
      count: { type: 'string' },
      json: { type: 'boolean', default: false },
    },
    allowPositionals: true,
  });
  const name = nameFromText(values.name, ROOT);
  const client = values.client === undefined ? undefined : parsePrefix(values.client);
  const count = values.count === undefined ? Number.POSITIVE_INFINITY : wholeNumber(values.count);
  if (positionals.length > 0 || !name.ok || client?.ok === false || !(count >= 1)) {
    io.err(QUERIES_USAGE);
    return 2;
  }
  try {
    await follow(await socketOf(values), { name: name.name, client: client?.prefix }, count, values.json, io);
    return 0;
  } catch (error) {
    if (!(error instanceof AdminError)) throw error;
    io.err(`aya: ${error.message}`);
    return error.exitCode;
  }
}

/** NaN, where it is none. */
function wholeNumber(text: string): number {
  return /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
}

async function follow(socket: string, wanted: Wanted, count: number, isJson: boolean, io: Output): Promise<void> {
  let cursor = '';
  for (let left = count; ; await setTimeout(LOOK_MS)) {
    const look = await lookAt(socket, cursor);
    cursor = look.cursor;
    if (look.missed > 0) io.err(`aya: ${look.missed} queries were too many to be shown`);
    for (const entry of look.queries) {
      if (!isWanted(entry, wanted)) continue;
      io.out(isJson ? JSON.stringify(entry) : lineOf(entry));
      if (--left === 0) return;
    }
  }
}

async function lookAt(socket: string, cursor: string): Promise<Look> {
  const { status, value } = await askAdmin(socket, 'GET', `/queries?after=${cursor}`);
  if (status !== 200) throw new AdminError((value as { readonly error?: string }).error ?? `status ${status}`);
  return value as Look;
}

function isWanted({ qname, clientSubnet, resolver }: QueryEntry, { name, client }: Wanted): boolean {
  if (name !== ROOT) {
    const asked = nameFromText(qname ?? '');
    if (!asked.ok || !isSubdomain(asked.name, name)) return false;
  }
  if (client === undefined) return true;
  const address = parseAddress((clientSubnet ?? resolver).replace(/\/.*/, ''));
  return address !== undefined && contains(client, address);
}

/** `03:04:05.678 UDP 192.0.2.1 [203.0.113.0/24] www.example.com. A NOERROR AA web/eu-west 72` */
function lineOf(entry: QueryEntry): string {
  const { time, transport, resolver, clientSubnet, scopePrefixLength, qname, qtype, qclass, rcode, limited } = entry;
  const { service, region } = entry;
  return [
    ...[time.slice(11, -1), transport, resolver],
    ...(clientSubnet === undefined ? [] : [`[${clientSubnet}/${scopePrefixLength}]`]),
    ...[qname ?? '-', ...(qclass === 'IN' || qclass === undefined ? [] : [qclass]), qtype ?? '-', rcode],
    ...entry.flags,
    ...(limited === undefined ? [] : [limited]),
    ...(service === undefined ? [] : [region === undefined ? service : `${service}/${region}`]),
    `${entry.responseBytes}`,
  ].join(' ');
}
