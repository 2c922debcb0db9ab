import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { runExplain } from '../../src/cli/explain.ts';
import { runLatency } from '../../src/cli/latency.ts';
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

/** Runs `aya explain`, or `aya latency` with a word. */
async function run(word: string, ...args: readonly string[]): Promise<{ code: number; out: string; err: string }> {
  const said = { out: '', err: '' };
  const io = {
    out(line: string) {
      said.out += `${line}\n`;
    },
    err(line: string) {
      said.err += `${line}\n`;
    },
  };
  const code = word === 'explain' ? await runExplain(args, io) : await runLatency([word, ...args], io);
  return { code, ...said };
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

// Each starts a server or two.
describe('a server that learns', { timeout: 60_000 }, () => {
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

  test('serves a network by its own times where they are others than those of its country', async () => {
    const [port, asked] = [await freePort(), await freePort()];
    await using aya = await startAya(
      world(port).replace('socket: admin.sock', `socket: admin.sock, listen: "127.0.0.1:${asked}"`),
    );
    await aya.waitFor(({ msg }) => msg === 'latency listening');
    const lines = [
      ...Array.from({ length: 20 }, (_, index) => [`80.128.${index}.0/24`, 30, 110] as const),
      ['80.128.77.0/24', 210, 25] as const,
    ].flatMap(([network, eu, us]) => [
      { network, region: 'eu', rttMs: eu },
      { network, region: 'us', rttMs: us },
    ]);
    for (let round = 0; round < 5; round++) {
      await post(port, 'samples', lines.map((line) => JSON.stringify(line)).join('\n'), byAgent);
    }
    await until(async () => (await answeredTo(aya, '80.128.77.0/24')) === US);
    expect(await answeredTo(aya, '80.128.76.0/24')).toBe(EU);
    const { edns } = await aya.ask({ name: 'www.example.com', subnet: '80.128.77.0/24' });
    expect(edns?.scopeBits).toBe(24);
    const server = `http://127.0.0.1:${asked}`;
    const told = await run('explain', 'www.example.com', '--from', '80.128.77.9', '--server', server);
    expect(told.out).toContain('measuredNetwork 80.128.77.0/24');
    expect(told.out).toMatch(/us: [\d.]+ ms, give or take [\d.]+; by network, [\d.]+ samples, \d+ s old/);
  });

  test('takes what a region no longer there was measured at along with it', async () => {
    const port = await freePort();
    await using aya = await startAya(world(port));
    await aya.waitFor(({ msg }) => msg === 'latency listening');
    await post(port, 'samples', odd(4), byAgent);
    const without = world(port)
      .replace(/^ {2}us: \{ location.*$/m, '')
      .replace(`, us: { a: ${US} }`, '');
    await aya.configure(without);
    expect((await aya.reload()).msg).toBe('reloaded');
    const { out } = await run('export', '--config', `${aya.folder}/aya.yaml`);
    expect(out.split('\n').filter((line) => line.includes(',eu,'))).toHaveLength(4);
    expect(out).not.toContain(',us,');
  });

  test('serves where what it kept can not be read, and sets that aside', async () => {
    const port = await freePort();
    await using aya = await startAya(world(port), { files: { learned: 'AYALAT of another time' } });
    const { aside } = await aya.waitFor(({ msg }) => msg.startsWith('latency state cannot be read'));
    expect(readFileSync(String(aside), 'latin1')).toBe('AYALAT of another time');
    expect(await answeredTo(aya, GERMAN)).toBe(EU);
  });
});
