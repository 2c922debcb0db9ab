import { describe, expect, test } from 'vitest';
import { type Aya, freePort, startAya, until } from '../support/aya.ts';
import { zone } from './zone.ts';

const TOKEN = '0123456789abcdef0123456789abcdef';

const EU = '192.0.2.1';
const US = '192.0.2.2';

/** In Germany, by the database that comes with Aya. */
const GERMAN = '80.128.7.0/24';

function world(port: number, more = ''): string {
  return `
geo: { databases: [geodb/country.mmdb] }
admin: { socket: admin.sock }
latency: { listen: "127.0.0.1:${port}", agents: { eu: ${TOKEN} }, period: 1s, exploration: 0, file: learned, proxies: 127.0.0.1 ${more} }
regions:
  eu: { location: [53.3, -6.3], country: IE }
  us: { location: [38.9, -77.0], country: US }
policies: { quick: [fastest] }
services: { web: { policy: quick, endpoints: { eu: { a: ${EU} }, us: { a: ${US} } } } }
${zone('www SERVICE web')}`;
}

/** What a client in a network is answered. */
async function answeredTo(aya: Aya, subnet: string): Promise<string> {
  const { addresses } = await aya.ask({ name: 'www.example.com', subnet });
  return addresses.join();
}

function post(port: number, path: string, body: string, headers: Readonly<Record<string, string>> = {}) {
  return fetch(`http://127.0.0.1:${port}/latency/${path}`, { method: 'POST', body, headers });
}

/** What an agent says of so many networks of Germany: to the other side of the ocean it is faster. */
function odd(networks: number): string {
  const lines = Array.from({ length: networks }, (_, index) =>
    [
      { network: `80.128.${index}.0/24`, region: 'eu', rttMs: 180 },
      { network: `80.128.${index}.0/24`, region: 'us', rttMs: 20 },
    ].map((line) => JSON.stringify(line)),
  );
  return lines.flat().join('\n');
}

const byAgent = { authorization: `Bearer ${TOKEN}` };

describe('a server that learns', () => {
  test('sends clients by what agents measured, and still does after a restart and a reload', async () => {
    const port = await freePort();
    await using aya = await startAya(world(port));
    await aya.waitFor(({ msg }) => msg === 'latency listening');
    expect(await answeredTo(aya, GERMAN)).toBe(EU);
    const reply = await post(port, 'samples', odd(40), byAgent);
    expect([reply.status, await reply.json()]).toEqual([200, { taken: 80, refused: 0, lines: [] }]);
    await until(async () => (await answeredTo(aya, GERMAN)) === US);

    expect((await aya.reload()).msg).toBe('reloaded');
    expect(await answeredTo(aya, GERMAN)).toBe(US);

    aya.signal('SIGTERM');
    expect(await aya.exited).toBe(0);
    const from = aya.log.length;
    aya.launch();
    await aya.waitFor(({ msg }) => msg === 'serving', from);
    expect(await answeredTo(aya, GERMAN)).toBe(US);
  });
});
