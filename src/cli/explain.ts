import { parseArgs } from 'node:util';
import { placesInDatabases } from '../geo/sources.ts';
import { explain } from '../inspect/explain.ts';
import type { Explanation } from '../inspect/explanation.ts';
import { explanationText } from '../inspect/explanation-text.ts';
import { assumedPresent } from '../inspect/presents.ts';
import type { SteeredType } from '../inspect/subject.ts';
import { parseAddress } from '../net/address.ts';
import { misuse } from './misuse.ts';
import type { Output } from './output.ts';
import { problemText } from './problems.ts';
import { loadSubject } from './subject.ts';

export const EXPLAIN_USAGE = `usage: aya explain NAME --from WHO (--config FILE | --server URL) [options]

Shows what a client is answered, and why. With --config, everything counts as up; with --server, it is
as things are now on the running server.

  --from WHO       the client: an address, a country's code such as DE, or the name of a network in
                   geo.networks
  --type TYPE      A (default) or AAAA
  --at TIME        at another time, such as 2026-12-24T20:00:00Z
  --down NAME      while this region, service or service/endpoint is down; may be repeated
  --config FILE    explain this configuration
  --server URL     explain this running server, by its admin.listen, such as http://127.0.0.1:9053
  --json           print JSON; docs/explain.md describes it

For example: aya explain www.example.com --from DE --down eu-west --config aya.yaml
Exit codes: 0 done; 1 the configuration can't be served, or the server can't be asked; 2 the command line
is wrong.`;

interface Asked {
  readonly name: string;
  readonly from: string;
  readonly type: SteeredType;
  readonly atMs: number | undefined;
  readonly down: readonly string[];
}

type Answered = { readonly explanation: Explanation } | { readonly status: number; readonly lines: readonly string[] };

/**
 * `aya explain`: gives the exit status: 0 done, 1 where the configuration can't be served or the server not be asked, 2
 * for misuse.
 */
export async function runExplain(argv: readonly string[], io: Output): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...argv],
    options: {
      from: { type: 'string' },
      type: { type: 'string', default: 'A' },
      at: { type: 'string' },
      down: { type: 'string', multiple: true, default: [] },
      config: { type: 'string', short: 'c' },
      server: { type: 'string' },
      json: { type: 'boolean', default: false },
    },
    allowPositionals: true,
  });
  const { config, server } = values;
  const asked = readAsked(positionals, values);
  if (typeof asked === 'string') return misuse(io, asked, 'explain');
  if ((config === undefined) === (server === undefined)) return misuse(io, SOURCE_MISSING, 'explain');
  const answered = server === undefined ? await askConfig(config ?? '', asked) : await askServer(server, asked);
  if ('status' in answered) {
    for (const line of answered.lines) io.err(line);
    return answered.status;
  }
  const { explanation } = answered;
  for (const line of values.json ? [JSON.stringify(explanation, undefined, 2)] : explanationText(explanation))
    io.out(line);
  return 0;
}

const SOURCE_MISSING = 'say of whom it is asked: --config FILE or --server URL, and one of them alone';

interface Words {
  readonly from?: string;
  readonly type: string;
  readonly at?: string;
  readonly down: readonly string[];
}

/** What is asked, or what is wrong with that, in words. */
function readAsked([name, surplus]: readonly string[], { from, type: typeText, at, down }: Words): Asked | string {
  const type = typeOf(typeText);
  const atMs = at === undefined ? undefined : Date.parse(at);
  if (name === undefined) return 'say which name: aya explain NAME --from WHO';
  if (surplus !== undefined) return `${surplus}: it takes one name alone`;
  if (from === undefined) return "say for whom: --from WHO, an address, a country's code or a network of geo.networks";
  if (type === undefined) return `--type ${typeText}: expected A or AAAA`;
  if (Number.isNaN(atMs)) return `--at ${at}: expected a time such as 2026-12-24T20:00:00Z`;
  return { name, from, type, atMs, down };
}

async function askConfig(file: string, { atMs = Date.now(), ...asked }: Asked): Promise<Answered> {
  const loaded = await loadSubject(file);
  if (!loaded.ok) return { status: 1, lines: loaded.problems.map(problemText) };
  const explained = explain(loaded.subject, { ...asked, present: assumedPresent(atMs) });
  if (!explained.ok)
    return { status: 2, lines: [`aya: --${explained.part}: ${explained.found}: expected ${explained.expected}`] };
  const { explanation } = explained;
  const address = parseAddress(explanation.client.address ?? '');
  if (address === undefined) return { explanation };
  const databases = await placesInDatabases(loaded.config.geo.databases, address);
  return { explanation: { ...explanation, client: { ...explanation.client, databases } } };
}

async function askServer(server: string, { name, from, type, atMs, down }: Asked): Promise<Answered> {
  const base = URL.parse(server);
  if (base === null) return { status: 2, lines: [`aya: --server: ${server} is no URL such as http://127.0.0.1:9053`] };
  const url = new URL('/explain', base);
  const at = atMs === undefined ? [] : [['at', new Date(atMs).toISOString()]];
  const named = [['name', name], ['from', from], ['type', type], ...at, ...down.map((one) => ['down', one])];
  for (const [key = '', value = ''] of named) url.searchParams.append(key, value);
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(SERVER_MS_MAX) });
    const body = (await response.json()) as Explanation & { readonly error?: string };
    if (response.ok) return { explanation: body };
    return { status: response.status === 400 ? 2 : 1, lines: [`aya: ${server}: ${body.error}`] };
  } catch (error) {
    const { cause, message } = error as Error;
    return { status: 1, lines: [`aya: ${server}: ${cause instanceof Error ? cause.message : message}`] };
  }
}

/** Databases are read for it, and they may be large. */
const SERVER_MS_MAX = 30_000;

function typeOf(text: string): SteeredType | undefined {
  return (['A', 'AAAA'] as const).find((type) => type === text.toUpperCase());
}
