import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { runAgent } from '../../src/cli/agent.ts';
import { freePort, startAya, until } from '../support/aya.ts';
import { parseExposition } from '../support/exposition.ts';
import { zone } from './zone.ts';

const TOKEN = '0123456789abcdef0123456789abcdef';

/** A server that learns, and how to ask it: over its public listener, and for its metrics. */
async function learning() {
  const [port, asked] = [await freePort(), await freePort()];
  const aya = await startAya(`
admin: { listen: "127.0.0.1:${asked}" }
latency:
  { listen: "127.0.0.1:${port}", agents: { eu-1: ${TOKEN} }, proxies: 127.0.0.1, reportsPerMinute: 5, file: learned, period: 1s }
regions: { eu: { location: [53.3, -6.3] }, us: { location: [38.9, -77.0] } }
policies: { quick: [fastest] }
services: { web: { policy: quick, endpoints: { eu: { a: 192.0.2.1 }, us: { a: 192.0.2.2 } } } }
${zone('www SERVICE web')}`);
  await aya.waitFor(({ msg }) => msg === 'latency listening');
  return {
    aya,
    port,
    ask: (path: string, init: RequestInit = {}) => fetch(`http://127.0.0.1:${port}/latency/${path}`, init),
    /** By metric and reason, all that is counted of learning. */
    async counted(): Promise<Readonly<Record<string, number>>> {
      const text = await (await fetch(`http://127.0.0.1:${asked}/metrics`)).text();
      const samples = parseExposition(text).flatMap(({ samples: own }) => own);
      const ours = samples.filter(({ metric, value }) => metric.startsWith('aya_latency_') && value > 0);
      return Object.fromEntries(
        ours.map(({ metric, labels, value }) => [`${metric} ${labels.reason ?? ''}`.trim(), value]),
      );
    },
    [Symbol.asyncDispose]: () => aya[Symbol.asyncDispose](),
  };
}

const from = (client: string): Readonly<Record<string, string>> => ({ 'x-forwarded-for': client });
const line = (rttMs: number, more: object = {}): string => JSON.stringify({ region: 'eu', rttMs, ...more });
const byAgent = { authorization: `Bearer ${TOKEN}` };

describe('what comes in over HTTP', { timeout: 60_000 }, () => {
  test('is refused for a reason where it can not be, and counted; no address is logged', async () => {
    await using server = await learning();
    const { ask, counted, aya } = server;
    const status = async (path: string, init: RequestInit): Promise<number> =>
      (await ask(path, { method: 'POST', ...init })).status;
    expect(await status('report', { body: line(20), headers: from('203.0.113.7') })).toBe(204);
    const half = await ask('report', {
      method: 'POST',
      body: `${line(20)}\nhello\n${line(-1)}`,
      headers: from('198.51.100.7'),
    });
    expect([half.status, await half.json()]).toEqual([
      400,
      {
        taken: 1,
        refused: 2,
        lines: [
          { line: 2, why: 'malformed' },
          { line: 3, why: 'not-positive' },
        ],
      },
    ]);
    expect(await status('report', { body: 'x'.repeat(5000), headers: from('198.51.100.8') })).toBe(413);
    expect(await status('samples', { body: line(20) })).toBe(401);
    expect(await status('samples', { body: line(20), headers: { authorization: `Bearer ${TOKEN}x` } })).toBe(401);
    expect(await status('samples', { body: line(20, { network: '10.0.0.0/8' }), headers: byAgent })).toBe(400);
    expect(await status('samples', { body: line(20, { network: '203.0.113.0/24' }), headers: byAgent })).toBe(200);
    expect((await ask('report')).status).toBe(405);
    expect((await ask('elsewhere')).status).toBe(404);
    expect(
      await until(async () => {
        const now = await counted();
        return now.aya_latency_reports_total === 3 && now['aya_latency_refusals_total bad_network'] === 1 && now;
      }),
    ).toMatchObject({
      'aya_latency_refusals_total malformed': 1,
      'aya_latency_refusals_total not_positive': 1,
      'aya_latency_refusals_total too_large': 1,
      'aya_latency_refusals_total bad_token': 2,
    });
    expect(JSON.stringify(aya.log)).not.toMatch(/203\.0\.113|198\.51\.100/);
  });

  test('is let in so often from a network, and not more', async () => {
    await using server = await learning();
    const statuses: number[] = [];
    // A minute may turn meanwhile, after which as many are let in again.
    for (let request = 0; request < 16; request++) {
      const client = `203.0.113.${request}`;
      statuses.push((await server.ask('report', { method: 'POST', body: line(20), headers: from(client) })).status);
    }
    expect(statuses.slice(0, 5)).toEqual([204, 204, 204, 204, 204]);
    expect(statuses.filter((one) => one === 429).length).toBeGreaterThanOrEqual(6);
    const other = await server.ask('report', { method: 'POST', body: line(20), headers: from('198.51.100.9') });
    expect(other.status).toBe(204);
  });

  test('may come from any page', async () => {
    await using server = await learning();
    const asked = await server.ask('report', { method: 'OPTIONS', headers: { origin: 'https://shop.example' } });
    expect([asked.status, asked.headers.get('access-control-allow-origin')]).toEqual([204, '*']);
    const script = await server.ask('beacon.js');
    expect(script.headers.get('content-type')).toBe('text/javascript');
    expect((await script.arrayBuffer()).byteLength).toBeLessThan(2048);
  });

  test('may come from an agent, which knows the times of its own clients', async () => {
    await using server = await learning();
    const listener = createServer().listen(0, '127.0.0.1');
    await once(listener, 'listening');
    const { port } = listener.address() as { port: number };
    const client = connect(port, '127.0.0.1');
    await once(client, 'connect');
    const tokenFile = join(server.aya.folder, 'token');
    writeFileSync(tokenFile, `${TOKEN}\n`);
    const said: string[] = [];
    const io = { out: (text: string) => void said.push(text), err: (text: string) => void said.push(text) };
    const args = ['--to', `http://127.0.0.1:${server.port}`, '--token-file', tokenFile, '--region', 'eu'];
    const code = await runAgent([...args, '--port', String(port), '--once'], io);
    // Within one machine a round trip may take less than any true client's, which is refused.
    if (code === 0) expect(said).toEqual(['1 connections of 1 networks: 1 taken']);
    else expect(said.join()).toContain('absurd-time');
    client.destroy();
    listener.close();
  });
});
