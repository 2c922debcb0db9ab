import { once } from 'node:events';
import { mkdirSync, readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { freePort, runAya, startAya, until } from '../support/aya.ts';
import { answered, twoRegions } from './operated.ts';
import { zone } from './zone.ts';

describe('admin.listen', () => {
  test.each(['0.0.0.0:9053', '192.0.2.1', '"[::]:9053"'])('%s is refused, with its line', async (address) => {
    await using aya = await startAya(twoRegions());
    await aya.configure(twoRegions().replace('admin: {', `admin: {\n  listen: ${address},`));
    const refusal = await aya.waitFor(({ msg }) => msg === 'reload refused');
    expect(refusal).toMatchObject({ code: 'not-loopback', line: 4, expected: expect.stringContaining('127.0.0.0/8') });
    const { code, err, out } = await runAya('check', `${aya.folder}/aya.yaml`);
    expect([code, `${err}${out}`]).toEqual([1, expect.stringContaining('not-loopback')]);
    expect(await answered(aya)).toBe('192.0.2.1');
  });

  test.each(['127.0.0.1', '127.1.2.3', '[::1]'])('%s may be it', async (host) => {
    const port = await freePort();
    await using _aya = await startAya(twoRegions().replace('admin: {', `admin: { listen: "${host}:${port}",`));
    expect((await fetch(`http://${host}:${port}/healthz`)).status).toBe(200);
  });
});

test('admin.socket in a folder that is missing: that is said once, and the folder may be made later', async () => {
  await using aya = await startAya(twoRegions().replace('admin.sock', 'run/admin.sock'));
  const cannot = await aya.waitFor(({ msg }) => msg === 'admin cannot listen');
  const folder = join(aya.folder, 'run');
  expect(cannot).toMatchObject({ where: join(folder, 'admin.sock'), why: `there is no folder ${folder}` });
  mkdirSync(folder);
  await aya.waitFor(({ msg }) => msg === 'admin listening');
  expect(aya.log.filter(({ msg }) => msg === 'admin cannot listen')).toHaveLength(1);
});

test('whoever asks and does not read is given up', async () => {
  const port = await freePort();
  await using _aya = await startAya(twoRegions().replace('admin: {', `admin: { listen: "127.0.0.1:${port}",`));
  const socket = connect({ port, host: '127.0.0.1' }).pause();
  socket.on('error', () => {}); // which is how it learns of it
  await once(socket, 'connect');
  // More answers than there is room for between the two.
  const asked = 1_000;
  for (let left = asked; left > 0; left--) socket.write('GET /metrics HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n');
  await until(() => !isServed(port));
  let heard = '';
  socket.on('data', (octets) => {
    heard += String(octets);
  });
  const closed = new Promise((resolve) => socket.once('close', resolve));
  socket.resume();
  await closed;
  expect(heard.split('HTTP/1.1 200 OK').length).toBeLessThan(asked);
});

/** Whether the server's end of a connection to a port is open, as the kernel has it. */
function isServed(port: number): boolean {
  const own = `0100007F:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  const lines = readFileSync('/proc/net/tcp', 'utf8').split('\n');
  const established = '01';
  return lines.some((line) => line.trim().split(/\s+/)[1] === own && line.trim().split(/\s+/)[3] === established);
}

describe('admin.push', () => {
  const TOKEN = '0123456789abcdef-for-trying-only';

  test('takes reports of endpoints with their token, and answers nothing else', async () => {
    const port = await freePort();
    await using aya = await startAya(`
admin: { socket: admin.sock, push: "127.0.0.1:${port}" }
regions: { west: {}, east: {} }
probes: { self: { push: { token: ${TOKEN}, ttl: 1m } } }
policies: { in-order: [{ ordered: [west, east] }] }
services: { web: { policy: in-order, probe: self, endpoints: { west: { a: 192.0.2.1 }, east: { a: 192.0.2.2 } } } }
${zone('www SERVICE web')}`);
    const ask = (path: string, init: RequestInit = {}) => fetch(`http://127.0.0.1:${port}${path}`, init);
    for (const path of [
      '/metrics',
      '/status',
      '/healthz',
      '/readyz',
      '/explain?name=www.example.com&from=DE',
      '/force',
      '/',
    ]) {
      expect([path, (await ask(path)).status, (await ask(path, { method: 'POST' })).status]).toEqual([path, 404, 404]);
    }
    const report = (token: string, body: object) =>
      ask('/push/web/west', {
        ...{ method: 'PUT', body: JSON.stringify(body) },
        headers: { authorization: `Bearer ${token}` },
      });
    expect((await report('wrong', { state: 'down' })).status).toBe(403);
    expect(await answered(aya)).toBe('192.0.2.1');
    expect((await report(TOKEN, { state: 'down', why: 'leaving' })).status).toBe(204);
    await until(async () => (await answered(aya)) === '192.0.2.2');
  });
});
