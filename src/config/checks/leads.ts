import type { Reference } from '../../steering/step.ts';
import type { Problem } from '../../util/problem.ts';
import type { Document } from '../reading/document.ts';
import type { Path } from '../reading/path.ts';
import { entriesIn, written } from '../reading/written.ts';
import { referencesOfPolicy } from '../schema/policy.ts';
import { mentionsOfService } from './references.ts';

/** One service that another leads to, as an endpoint, by a canary or when all are down, and where that is written. */
export interface Lead {
  readonly from: string;
  readonly to: string;
  readonly path: Path;
}

/** By service, those that its answers may come from: one as often as there are ways to it. */
export type Leads = ReadonlyMap<string, readonly Lead[]>;

/** What the services of a document lead to. */
export function leadsIn(value: unknown): Leads {
  return new Map(
    entriesIn(written(value, 'services')).map(([from, service]) => {
      const mentions = [...mentionsOfService(['services', from], service), ...canaryReferences(value, service)];
      return [from, mentions.filter(({ to }) => to === 'service').map(({ name, path }) => ({ from, to: name, path }))];
    }),
  );
}

/** Services, each behind all that it leads to; without those that are in a loop or lead to one. */
export function inOrder(leads: Leads): readonly string[] {
  const open = new Map([...leads].map(([name, to]) => [name, to.filter((lead) => leads.has(lead.to)).length]));
  const users = Map.groupBy([...leads.values()].flat(), ({ to }) => to);
  const order = [...open].flatMap(([name, count]) => (count === 0 ? [name] : []));
  // It grows on the way.
  for (const name of order) {
    for (const { from } of users.get(name) ?? []) {
      const left = (open.get(from) ?? 0) - 1;
      open.set(from, left);
      if (left === 0) order.push(from);
    }
  }
  return order;
}

/** More of a loop is not told: by then the operator looks into the file. */
const LINKS_MAX = 12;

/** Services that lead back to themselves: no answer could come of it. Each loop is told once. */
export function checkServiceLoops(document: Document): readonly Problem[] {
  const leads = leadsIn(document.value);
  const told = new Set(inOrder(leads));
  return [...leads.keys()].flatMap((start) => {
    const loop = told.has(start) ? undefined : loopFrom(start, leads);
    if (loop === undefined) return [];
    for (const { from } of loop) told.add(from);
    const links = loop.slice(0, LINKS_MAX).map(({ to, path }) => `${to} (line ${document.lineOf(path)})`);
    const shown = [start, ...links, ...(loop.length > LINKS_MAX ? ['...'] : [])].join(' -> ');
    const expected = `a service that does not lead back here: ${shown}`;
    return [document.atValue(loop[0].path, 'service-loop', expected)];
  });
}

/** The shortest way from a service back to itself. */
function loopFrom(start: string, leads: Leads): readonly Lead[] | undefined {
  const seen = new Set<string>();
  let ways: (readonly Lead[])[] = (leads.get(start) ?? []).map((lead) => [lead]);
  while (ways.length > 0) {
    const back = ways.find((way) => way.at(-1)?.to === start);
    if (back !== undefined) return back;
    ways = ways.flatMap((way) => {
      const end = way.at(-1)!.to;
      if (seen.has(end)) return [];
      seen.add(end);
      return (leads.get(end) ?? []).map((lead) => [...way, lead]);
    });
  }
  return undefined;
}

/** What a service's policy mentions, but for what its conditions only look at. */
function canaryReferences(value: unknown, service: unknown): readonly Reference[] {
  const policy = written(service, 'policy');
  if (typeof policy !== 'string') return [];
  return referencesOfPolicy(written(value, 'policies', policy), ['policies', policy]).filter(
    ({ path }) => path.at(-2) !== 'while',
  );
}
