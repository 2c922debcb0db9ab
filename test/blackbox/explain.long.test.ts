import { get } from 'node:http';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Explanation } from '../../src/inspect/explanation.ts';
import { freePort, runAya, startAya, until } from '../support/aya.ts';
import { Region } from './region.ts';
import { zone } from './zone.ts';

interface World {
  readonly order?: string;
  /** Of eu and us. */
  readonly weights?: readonly [number, number];
  /** Where eu and us are probed. */
  readonly checks?: readonly [number, number];
  readonly more?: string;
}

function world(port: number, { order = 'eu, us', weights = [1, 1], checks = [0, 0], more = '' }: World = {}): string {
  const probed = (index: 0 | 1): string => (checks[index] === 0 ? '' : `, check: "127.0.0.1:${checks[index]}"`);
  const probe = checks[0] === 0 ? '' : 'probe: fast';
  return `
admin: { listen: "127.0.0.1:${port}" }
regions: { eu: { tags: [gdpr] }, us: {} }
geo: { networks: { office: 203.0.113.0/24 } }
probes: { fast: { tcp: { port: 80 }, interval: 100ms, timeout: 100ms } }
policies: { in-order: [{ ordered: [${order}] }], split: [weighted] }
services:
  web:
    policy: in-order
    ${probe}
    endpoints: { eu: { a: 192.0.2.1${probed(0)} }, us: { a: 192.0.2.2${probed(1)} } }
  beta:
    policy: split
    endpoints: { eu: { a: 192.0.2.3, weight: ${weights[0]} }, us: { a: 192.0.2.4, weight: ${weights[1]} } }
${more}
${zone('www 20 IN SERVICE web\nbeta IN SERVICE beta\nalias IN CNAME www')}`;
}

interface Reply {
  readonly status: number | undefined;
  readonly body: Partial<Explanation> & { readonly error?: string };
}

/** Asks with a Host header of its own choice. */
function httpGet(port: number, path: string, host = `127.0.0.1:${port}`): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const request = get({ host: '127.0.0.1', port, path, headers: { host } }, (response) => {
      let text = '';
      response.on('data', (chunk) => {
        text += chunk;
      });
      response.on('end', () => resolve({ status: response.statusCode, body: JSON.parse(text) as Reply['body'] }));
    });
    request.on('error', reject);
  });
}

describe('a running server', () => {
  test('explains what it answers, as things are', async () => {
    const port = await freePort();
    const [eu, us] = [await freePort(), await freePort()];
    await using one = await Region.start('127.0.0.1', eu);
    await using two = await Region.start('127.0.0.1', us);
    await using aya = await startAya(world(port, { checks: [eu, us] }));
    const question = ['explain', 'alias.example.com', '--from', '203.0.113.7', '--server', `http://127.0.0.1:${port}`];
    const before = await runAya(...question);
    expect(before.err).toBe('');
    expect(before.out).toContain('is an alias of www.example.com.');
    expect(before.out).toContain('* eu (weight 1, up): answered');
    await one.die();
    await until(async () => (await aya.ask('www.example.com')).addresses.join() === '192.0.2.2');
    const { body } = await httpGet(port, '/explain?name=alias.example.com&from=203.0.113.7');
    expect(body).toMatchObject({
      aliases: ['www.example.com.'],
      client: { networks: ['office'] },
      steering: {
        answer: { endpoints: [{ endpoint: 'us', addresses: ['192.0.2.2'] }], ttlSeconds: 20 },
        services: [
          {
            endpoints: [
              { name: 'eu', state: 'down', why: 'down' },
              { name: 'us', role: 'answered' },
            ],
          },
        ],
      },
    });
    expect(two.requests).toBe(0); // a probe over TCP asks nothing
  });

  test('says what is wrong with a question, and answers no page of another name', async () => {
    const port = await freePort();
    await using aya = await startAya(world(port));
    await aya.waitFor(({ msg }) => msg === 'admin listening');
    const path = '/explain?name=www.example.com&from=DE';
    expect((await httpGet(port, path)).status).toBe(200);
    expect((await httpGet(port, path, `localhost:${port}`)).status).toBe(200);
    expect((await httpGet(port, path, `evil.example:${port}`)).status).toBe(421);
    for (const query of [
      '',
      '?name=www.example.com',
      '?name=www.example.com&from=offce',
      `${path.slice(8)}&type=MX`,
      `${path.slice(8)}&at=noon`,
      `${path.slice(8)}&down=mars`,
    ]) {
      const { status, body } = await httpGet(port, `/explain${query}`);
      expect([query, status]).toEqual([query, 400]);
      expect(body.error).toContain('expected');
    }
    const refused = await runAya(
      'explain',
      'www.example.com',
      '--from',
      'offce',
      '--server',
      `http://127.0.0.1:${port}`,
    );
    expect(refused).toMatchObject({ code: 2, out: '', err: expect.stringContaining('expected office') });
  });
});

describe('a reload', () => {
  test('whose tests fail is refused with their places, and what was served goes on', async () => {
    const port = await freePort();
    const tests = 'tests:\n  - { name: www.example.com, from: DE, expect: eu }\n  - everyRegionServes\n';
    await using aya = await startAya(world(port, { more: tests }));
    await aya.configure(world(port, { order: 'us, eu', more: tests }));
    expect(await aya.reload()).toMatchObject({ level: 'error', problems: 1 });
    const failed = aya.log.find(({ msg }) => msg === 'reload refused');
    expect(failed).toMatchObject({
      ...{ code: 'test-failed', file: join(aya.folder, 'aya.yaml'), line: expect.any(Number) },
      ...{ found: 'web/us 100 % for DE', expected: 'eu' },
    });
    expect((await aya.ask('www.example.com')).addresses).toEqual(['192.0.2.1']);
    await aya.configure(world(port, { order: 'us, eu', more: tests.replace('expect: eu', 'expect: us') }));
    expect((await aya.reload()).msg).toBe('reloaded');
    expect((await aya.ask('www.example.com')).addresses).toEqual(['192.0.2.2']);
  });

  test('that moves more clients than it says it may is refused', async () => {
    const port = await freePort();
    const bound = (percent: number) => `reload: { maxMovedClients: ${percent}% }`;
    await using aya = await startAya(world(port, { more: bound(10) }));
    await aya.configure(world(port, { more: bound(10), weights: [3, 1] }));
    expect(await aya.reload()).toMatchObject({ level: 'error', problems: 1 });
    expect(aya.log.find(({ code }) => code === 'too-many-moved')).toMatchObject({
      found: '25 % of the clients of beta A moved, most of them from us to eu',
      expected: expect.stringContaining('10 % at most'),
    });
    await aya.configure(world(port, { more: bound(25), weights: [3, 1] }));
    expect((await aya.reload()).msg).toBe('reloaded');
  });

  test('is not needed to serve: at the start tests that fail are warnings', async () => {
    const tests = 'tests: [{ name: www.example.com, from: DE, expect: us }]';
    await using aya = await startAya(world(await freePort(), { more: tests }));
    expect(await aya.waitFor(({ code }) => code === 'test-failed')).toMatchObject({ level: 'warn' });
    expect((await aya.ask('www.example.com')).addresses).toEqual(['192.0.2.1']);
  });
});
