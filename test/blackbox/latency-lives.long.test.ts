import { request } from 'node:http';
import { connect } from 'node:net';
import { gzipSync } from 'node:zlib';
import { describe, expect, onTestFinished, test } from 'vitest';
import { type Aya, freePort, runAya, startAya, until } from '../support/aya.ts';
import { zone } from './zone.ts';

const TOKEN = '0123456789abcdef0123456789abcdef';
const EU = '192.0.2.1';
const US = '192.0.2.2';

/** In Germany, by the database that comes with Aya. */
const GERMAN = '80.128.7.0/24';

const MORTAL = ['--import', './test/support/mortal-learner.ts', 'src/main.ts', 'serve', '--config'];

function world(port: number, period = '1s'): string {
  return `
geo: { databases: [geodb/country.mmdb] }
admin: { socket: admin.sock }
latency: { listen: "127.0.0.1:${port}", agents: { eu: ${TOKEN} }, period: ${period}, exploration: 0, file: learned, proxies: 127.0.0.1 }
regions:
  eu: { location: [53.3, -6.3], country: IE }
  us: { location: [38.9, -77.0], country: US }
policies: { quick: [fastest] }
services: { web: { policy: quick, endpoints: { eu: { a: ${EU} }, us: { a: ${US} } } } }
${zone('www SERVICE web')}`;
}

function isAnswered(aya: Aya, address: string): Promise<boolean> {
  return until(async () => (await aya.ask({ name: 'www.example.com', subnet: GERMAN })).addresses.join() === address);
}

/** To networks of Germany the other side of the ocean is faster. */
const ODD = Array.from({ length: 40 }, (_, at) => [
  `{"network":"80.128.${at}.0/24","region":"eu","rttMs":180}`,
  `{"network":"80.128.${at}.0/24","region":"us","rttMs":20}`,
])
  .flat()
  .join('\n');

function post(port: number, path: string, body: string | Buffer, headers: Readonly<Record<string, string>> = {}) {
  return fetch(`http://127.0.0.1:${port}/latency/${path}`, {
    method: 'POST',
    body: new Uint8Array(Buffer.from(body)),
    headers,
  });
}

const byAgent = { authorization: `Bearer ${TOKEN}` };

describe('learning goes on', { timeout: 60_000 }, () => {
  test('after the threads that listen and learn have died, with what was kept', async () => {
    const port = await freePort();
    await using aya = await startAya(world(port), { command: MORTAL });
    await aya.waitFor(({ msg }) => msg === 'latency listening');
    expect((await post(port, 'samples', ODD, byAgent)).status).toBe(200);
    await isAnswered(aya, US);
    // It is in the file, too, once another save has begun and ended.
    expect((await runAya('latency', 'export', '--config', `${aya.folder}/aya.yaml`)).out).toContain(
      '80.128.7.0/24,us,',
    );
    const from = aya.log.length;
    aya.signal('SIGUSR2');
    const died = await aya.waitFor(({ msg }) => msg.startsWith('latency thread died'), from);
    await aya.waitFor(({ msg }) => msg === 'latency listening', from);
    expect(died.level).toBe('error');
    expect((await aya.ask({ name: 'www.example.com', subnet: GERMAN })).addresses).toEqual([US]);
    // Back, and with what it knew: it exports it again.
    await until(async () => {
      const { code, out } = await runAya('latency', 'export', '--config', `${aya.folder}/aya.yaml`);
      return code === 0 && out.includes('80.128.7.0/24,us,');
    });
    expect((await post(port, 'samples', ODD.replaceAll('180', '10'), byAgent)).status).toBe(200);
    expect((await aya.ask({ name: 'www.example.com', subnet: GERMAN })).addresses).toEqual([US]);
  });

  test('with a table that is imported while it runs', async () => {
    const port = await freePort();
    const table = 'place,region,rtt_cnt,rtt_avg\nDE,eu,100,180\nDE,us,100,20\n';
    await using aya = await startAya(world(port, '1d'), { files: { 'times.csv': table } });
    await isAnswered(aya, EU);
    const { code, out } = await runAya(
      ...['latency', 'import', `${aya.folder}/times.csv`, '--config', `${aya.folder}/aya.yaml`],
    );
    expect([code, out]).toEqual([0, expect.stringContaining('2')]);
    await isAnswered(aya, US);
  });
});

describe('a hostile reporter', { timeout: 60_000 }, () => {
  test('is refused for what it sends, and costs nobody else an answer', async () => {
    const port = await freePort();
    await using aya = await startAya(world(port));
    await aya.waitFor(({ msg }) => msg === 'latency listening');
    const from = { 'x-forwarded-for': '203.0.113.7' };
    const bomb = gzipSync(Buffer.alloc(1 << 20, 'x'));
    const statuses = async (bodies: readonly (string | Buffer)[], headers = {}): Promise<number[]> =>
      Promise.all(bodies.map(async (body) => (await post(port, 'report', body, { ...from, ...headers })).status));
    // What is compressed is refused as that, and never made larger.
    expect(await statuses([bomb.subarray(0, 2000)], { 'content-encoding': 'gzip' })).toEqual([415]);
    const times = ['-1', '0', '1e308', '1e-9', 'NaN', '"20"', 'null', '[]', '1e999'];
    expect(await statuses(times.map((rttMs) => `{"region":"eu","rttMs":${rttMs}}`))).toEqual(times.map(() => 400));
    const lines = [
      '',
      '\0',
      '{'.repeat(1000),
      '[['.repeat(900),
      '{"__proto__":{"region":"eu"},"rttMs":5}',
      '"eu"',
      '\ufeff{}',
    ];
    expect((await statuses(lines)).slice(1)).toEqual(lines.slice(1).map(() => 400));
    expect(await statuses(['{"region":"constructor","rttMs":5}', '{"region":"xx","rttMs":5}'])).toEqual([400, 400]);
    await isAnswered(aya, EU);
  });

  test('with many connections that say nothing is cut off, and others are heard then', async () => {
    const port = await freePort();
    await using aya = await startAya(world(port));
    await aya.waitFor(({ msg }) => msg === 'latency listening');
    const slow = Array.from({ length: 100 }, () => {
      const socket = connect(port, '127.0.0.1').on('error', () => {});
      socket.write('POST /latency/report HTTP/1.1\r\nhost: a\r\ncontent-length: 2000\r\nx-a: ');
      onTestFinished(() => void socket.destroy());
      return socket;
    });
    expect((await post(port, 'samples', ODD, byAgent)).status).toBe(200);
    await isAnswered(aya, US);
    await Promise.all(slow.map((socket) => new Promise((resolve) => socket.resume().once('close', resolve))));
  });

  test('with a body that never ends is told that it is too large', async () => {
    const port = await freePort();
    await using aya = await startAya(world(port));
    await aya.waitFor(({ msg }) => msg === 'latency listening');
    const { promise, resolve } = Promise.withResolvers<number | undefined>();
    const asked = request({ port, path: '/latency/report', method: 'POST' }, (response) =>
      resolve(response.statusCode),
    );
    asked.on('error', () => {});
    onTestFinished(() => void asked.destroy());
    // Chunked: no length says beforehand how much it will be.
    for (let chunk = 0; chunk < 8; chunk++) asked.write('x'.repeat(1024));
    expect(await promise).toBe(413);
    await isAnswered(aya, EU);
  });
});
