import { placesInDatabases } from '../../geo/sources.ts';
import type { SteeredType } from '../../inspect/subject.ts';
import { parseAddress } from '../../net/address.ts';
import { json, type Route, STARTING } from '../route.ts';

/** What a client is answered as things are, and why: `?name=&from=`, and `type`, `at`, `down` where need be. */
export const explain: Route = {
  method: 'GET',
  path: '/explain',
  isPrivate: false,
  async answer(server, { query }) {
    const { facts } = server;
    if (facts === undefined) return STARTING;
    const name = query.get('name');
    const from = query.get('from');
    const type = typeOf(query.get('type') ?? 'A');
    const at = query.get('at');
    const atMs = at === null ? undefined : Date.parse(at);
    if (name === null || from === null) return json(400, { error: 'expected name and from' });
    if (type === undefined) return json(400, { error: 'type: expected A or AAAA' });
    if (Number.isNaN(atMs)) return json(400, { error: 'at: expected a time such as 2026-12-24T20:00:00Z' });
    const explained = server.explain({ name, from, type, atMs, down: query.getAll('down').slice(0, DOWN_MAX) });
    if (explained === undefined) return STARTING;
    if (!explained.ok) {
      return json(400, { error: `${explained.part}: found ${explained.found}, expected ${explained.expected}` });
    }
    const { explanation } = explained;
    const address = parseAddress(explanation.client.address ?? '');
    if (address === undefined) return json(200, explanation);
    const databases = await placesInDatabases(facts.config.geo.databases, address);
    return json(200, { ...explanation, client: { ...explanation.client, databases } });
  },
};

/** More than anyone has regions that fail at once; each is looked for in all services. */
const DOWN_MAX = 32;

function typeOf(text: string): SteeredType | undefined {
  return (['A', 'AAAA'] as const).find((type) => type === text.toUpperCase());
}
