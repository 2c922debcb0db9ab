import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { runLatency } from '../../src/cli/latency.ts';
import { freePort, startAya, until } from '../support/aya.ts';
import { zone } from './zone.ts';

/** More than there are connections for. */
const SILENT = 600;

/** A server that learns behind a proxy, and how to report to it. */
async function learning(file = 'learned') {
  const [port, asked] = [await freePort(), await freePort()];
  const aya = await startAya(`
geo: { databases: [geodb/country.mmdb] }
admin: { listen: "127.0.0.1:${asked}", socket: admin.sock }
latency: { listen: "127.0.0.1:${port}", proxies: 127.0.0.1, file: ${file}, period: 1s, exploration: 10 }
regions:
  eu: { location: [53.3, -6.3], country: IE }
  ap: { location: [35.7, 139.7], country: JP }
policies: { quick: [fastest], fenced: [{ fence: { to: eu } }, fastest] }
services:
  web: { policy: quick, endpoints: { eu: { a: 192.0.2.1 }, ap: { a: 192.0.2.2 } } }
  shop: { policy: fenced, endpoints: { eu: { a: 192.0.2.1 }, ap: { a: 192.0.2.2 } } }
${zone('www SERVICE web\nshop SERVICE shop')}`);
  await aya.waitFor(({ msg }) => msg === 'latency listening');
  return {
    ...{ aya, port },
    async report(client: string | undefined, body: string | Buffer, more: Readonly<Record<string, string>> = {}) {
      const headers = { ...more, ...(client !== undefined && { 'x-forwarded-for': client }) };
      const response = await fetch(`http://127.0.0.1:${port}/latency/report`, { method: 'POST', body, headers });
      await response.text();
      return response.status;
    },
    async metric(name: string): Promise<number> {
      const text = await (await fetch(`http://127.0.0.1:${asked}/metrics`)).text();
      return Number(new RegExp(`^${name.replace(/[{}]/g, '\\$&')} (\\d+)$`, 'm').exec(text)?.[1] ?? 0);
    },
    async why(name: string, from: string) {
      const url = `http://127.0.0.1:${asked}/explain?name=${name}.example.com&from=${from}`;
      const { steering } = (await (await fetch(url)).json()) as {
        steering: { isExploring?: true; services: { endpoints: { name: string; why: string }[] }[] };
      };
      return { isExploring: steering.isExploring ?? false, endpoints: steering.services[0]!.endpoints };
    },
    [Symbol.asyncDispose]: () => aya[Symbol.asyncDispose](),
  };
}

const line = (region: string, rttMs: number): string => JSON.stringify({ region, rttMs });

describe('reports of strangers', { timeout: 60_000 }, () => {
  test('are taken while others hold all connections and say nothing', async () => {
    await using server = await learning();
    const silent: Socket[] = [];
    for (let at = 0; at < SILENT; at++) {
      const socket = connect(server.port, '127.0.0.1').on('error', () => {});
      socket.write('POST /latency/report HTTP/1.1\r\nHost: aya\r\nContent-Length: 99\r\n\r\n{');
      silent.push(socket);
    }
    await Promise.all(silent.map((socket) => (socket.connecting ? once(socket, 'connect') : undefined)));
    expect(await server.report('80.128.7.9', line('eu', 20))).toBe(204);
    for (const socket of silent) socket.destroy();
  });

  test("that a proxy does not say the client of are nobody's, least of all its own", async () => {
    await using server = await learning();
    expect(await server.report('unknown', line('eu', 20))).toBe(400);
    expect(await server.report('80.128.7.9:51524', line('eu', 20))).toBe(204);
    await until(async () => (await server.metric('aya_latency_reports_total')) === 1);
    expect(await server.metric('aya_latency_refusals_total{reason="bad_network"}')).toBe(1);
  });

  test('are refused where they are packed', async () => {
    await using server = await learning();
    const packed = gzipSync(line('eu', 20));
    expect(await server.report('80.128.7.9', packed, { 'content-encoding': 'gzip' })).toBe(415);
    await until(async () => (await server.metric('aya_latency_refusals_total{reason="bad_encoding"}')) === 1);
  });

  test('are refused where light would have taken longer, by a database of countries, too', async () => {
    await using server = await learning();
    expect(await server.report('80.128.7.9', `${line('ap', 2)}\n${line('eu', 2)}`)).toBe(204);
    await until(async () => (await server.metric('aya_latency_refusals_total{reason="faster_than_light"}')) === 1);
    expect(await server.metric('aya_latency_reports_total')).toBe(1);
  });
});

describe('whoever asks', { timeout: 60_000 }, () => {
  test('is told of exploration, which no fence lets through', async () => {
    await using server = await learning();
    const explorer = await until(async () => {
      for (let net = 0; net < 256; net++) {
        const { isExploring, endpoints } = await server.why('www', `80.${net}.1.1`);
        if (isExploring) return { net, endpoints };
      }
      return undefined;
    });
    const whys = Object.fromEntries(explorer.endpoints.map(({ name, why }) => [name, why]));
    expect(whys).toEqual({ eu: 'passed over by exploration', ap: 'answered' });
    const behindFence = await server.why('shop', `80.${explorer.net}.1.1`);
    expect(behindFence.isExploring).toBe(false);
    expect(behindFence.endpoints.find(({ name }) => name === 'eu')?.why).toBe('answered');
  });

  test('is told why what is learned can not be kept', async () => {
    await using server = await learning('gone/learned');
    const said: string[] = [];
    const io = { out: () => {}, err: (text: string) => void said.push(text) };
    expect(await runLatency(['show', '--config', `${server.aya.folder}/aya.yaml`], io)).toBe(1);
    expect(said.join()).toMatch(/^aya: what is learned could not be saved: ENOENT.*gone\/learned/);
  });
});
