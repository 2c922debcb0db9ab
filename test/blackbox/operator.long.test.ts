import { once } from 'node:events';
import { request } from 'node:http';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { knowsPeers } from '../../src/control/listening/peer-credentials.ts';
import { type Aya, startAya } from '../support/aya.ts';
import { answered, operate, twoRegions, WEST } from './operated.ts';
import { zone } from './zone.ts';

const ME = userInfo().username;

/** What somebody sends who has no command, but the socket. */
async function post(aya: Aya, path: string, body: unknown): Promise<{ status: number; value: { error?: string } }> {
  const asking = request({ socketPath: join(aya.folder, 'admin.sock'), method: 'POST', path });
  asking.end(JSON.stringify(body));
  const [response] = await once(asking, 'response');
  let text = '';
  for await (const chunk of response) text += chunk;
  return { status: response.statusCode, value: JSON.parse(text) };
}

describe('who forces something', () => {
  test('is who the kernel says it is, whoever he claims to be', async () => {
    await using aya = await startAya(twoRegions());
    const expected = knowsPeers() ? `${ME} (says eve)` : 'eve';
    await post(aya, '/force', { target: 'west', force: 'drain', who: 'eve' });
    expect(await aya.waitFor(({ msg }) => msg === 'override set')).toMatchObject({ who: expected });
    expect((await operate(aya, 'status')).out).toContain(`region west by ${expected}`);
    await post(aya, '/unforce', { target: 'west', who: 'x'.repeat(300) });
    const removed = await aya.waitFor(({ msg }) => msg === 'override removed');
    expect(`${removed.who}`.length).toBeLessThan(200);
    await operate(aya, 'reload');
    await aya.waitFor(({ msg, who }) => msg === 'reloading' && who === (process.env.SUDO_USER ?? ME));
  });

  test('is who he says he is where koffi can not be loaded', async () => {
    const command = ['--import', './test/support/no-koffi.ts', 'src/main.ts', 'serve', '--config'];
    await using aya = await startAya(twoRegions(), { command });
    await post(aya, '/force', { target: 'west', force: 'drain', who: 'eve' });
    expect(await aya.waitFor(({ msg }) => msg === 'override set')).toMatchObject({ who: 'eve' });
  });

  test('is the owner of the file, where a file says nothing of it', async () => {
    await using aya = await startAya(twoRegions());
    await aya.write('aya.overrides.yaml', 'regions: { west: drain }');
    expect(await aya.waitFor(({ msg }) => msg === 'override set')).toMatchObject({ who: `${ME} (file)` });
  });
});

describe('an endpoint that stands for a service', () => {
  const nested = `
admin: { socket: admin.sock }
regions: { west: {}, east: {} }
policies: { in-order: [{ ordered: [west, east] }] }
services:
  pool: { policy: in-order, endpoints: { west: { a: 192.0.2.1 } } }
  web: { policy: in-order, endpoints: { west: { service: pool }, east: { a: 192.0.2.2 } } }
  door: { policy: in-order, endpoints: { east: { service: pool } } }
${zone('www SERVICE web')}`;

  test('is not forced itself, and who tries is told what to force', async () => {
    await using aya = await startAya(nested);
    const told =
      'web/west stands for the service pool, and is not forced itself: force service:pool, wherever it is used\n';
    expect(await operate(aya, 'force', 'web/west', 'down')).toEqual({ code: 1, out: '', err: `aya: refused: ${told}` });
    const service = await operate(aya, 'force', 'web', 'drain');
    expect([service.code, service.err]).toEqual([0, `aya: warning: ${told}`]);
    expect((await operate(aya, 'force', 'door', 'down')).code).toBe(1); // there is nothing else of it
    expect((await operate(aya, 'force', 'west', 'drain')).err).toBe(''); // all that the service has is there
    await operate(aya, 'unforce', 'web');
    expect((await operate(aya, 'force', 'service:pool', 'down')).code).toBe(0);
    expect(await answered(aya)).toBe('192.0.2.2');
  });

  test('is not forced by a file either', async () => {
    await using aya = await startAya(nested);
    await aya.write('aya.overrides.yaml', 'endpoints: { web/west: down }');
    expect(await aya.waitFor(({ msg }) => msg === 'overrides refused')).toMatchObject({
      ...{ code: 'undefined-endpoint', line: 1, found: "'web/west'" },
      expected: 'pool under services: web/west stands for that service, and is not forced itself',
    });
  });
});

describe('what nobody means', () => {
  test.each([
    [{ target: 'west', force: 'down', forMs: Number.MAX_SAFE_INTEGER }, 'forMs: expected at most 3153600000000 ms'],
    [{ target: 'west', force: 'down', why: 'x'.repeat(301) }, 'why: expected at most 300 characters'],
    [{ target: 'west', force: 'sideways' }, expect.stringContaining('force: ')],
    [[], expect.stringContaining('body: ')],
  ])('%j is refused, and nothing is the worse for it', async (body, error) => {
    await using aya = await startAya(twoRegions());
    expect(await post(aya, '/force', body)).toEqual({ status: 400, value: { error } });
    expect((await operate(aya, 'status')).code).toBe(0);
    expect(await answered(aya)).toBe(WEST);
  });

  test('a reason with all that a terminal may take for something else is kept, and shown harmless', async () => {
    const why = 'a\u202eb\u0000\u0085\n\u200fc \ud800';
    await using aya = await startAya(twoRegions());
    expect((await post(aya, '/force', { target: 'west', force: 'drain', why })).status).toBe(200);
    aya.signal('SIGKILL');
    await aya.exited;
    const from = aya.log.length;
    aya.launch();
    await aya.waitFor(({ msg }) => msg === 'override in force', from);
    await aya.waitFor(({ msg }) => msg === 'serving', from);
    expect((await operate(aya, 'status')).out).toMatch(/: a\?b\?\?\?\?c [?\ufffd]\n/);
  });
});
