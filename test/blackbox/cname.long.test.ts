import { describe, expect, test } from 'vitest';
import { type Aya, freePort, startAya, until } from '../support/aya.ts';
import { UpstreamResolver } from '../support/upstream.ts';
import { Region } from './region.ts';
import { zone } from './zone.ts';

const WWW = 'www.example.com 30 CNAME lb.example.net';

const WORLD = `
regions: { near: {}, far: {} }
policies: { split: [weighted] }
services:
  lb: { policy: split, endpoints: { far: { cname: lb.example.net } } }
${zone('@ SERVICE lb\nwww SERVICE lb')}
`;

const resolvers = (...ports: number[]) => ({ server: { resolvers: ports.map((port) => `127.0.0.1:${port}`) } });

/** Resolves when the apex is answered with these addresses. */
function atApex(aya: Aya, ...addresses: string[]): Promise<boolean> {
  return until(async () => [...(await aya.ask('example.com')).addresses].sort().join() === addresses.join());
}

describe.concurrent('an endpoint that is a CNAME', () => {
  test('is one where a CNAME may stand, and its addresses at the apex, as they change', async () => {
    await using upstream = await UpstreamResolver.start(['192.0.2.1', '192.0.2.2']);
    await using aya = await startAya(WORLD, resolvers(upstream.port));
    expect((await aya.ask('www.example.com')).answers).toEqual([WWW]);
    expect((await aya.ask({ name: 'www.example.com', type: 'MX' })).answers).toEqual([WWW]);
    const { answers, flags } = await aya.ask('example.com');
    expect([...answers].sort()).toEqual(['example.com 1 A 192.0.2.1', 'example.com 1 A 192.0.2.2']);
    expect(flags).toBe('qr aa');
    upstream.addresses = ['192.0.2.3'];
    await atApex(aya, '192.0.2.3');
    expect(aya.log.filter(({ msg }) => msg === 'endpoint resolved')).toMatchObject([
      { service: 'lb', region: 'far', target: 'lb.example.net.', from: [], to: ['192.0.2.1', '192.0.2.2'] },
      { service: 'lb', region: 'far', from: ['192.0.2.1', '192.0.2.2'], to: ['192.0.2.3'] },
    ]);
  });

  test.each(['silent', 'garbage', 'none', 'fails'] as const)(
    'has its last known addresses served while its resolver is %s',
    async (conduct) => {
      await using upstream = await UpstreamResolver.start(['192.0.2.1']);
      await using aya = await startAya(WORLD, resolvers(upstream.port));
      upstream.conduct = conduct;
      const { msg, kept } = await aya.waitFor(({ target, type }) => target === 'lb.example.net.' && type === 'A');
      expect([msg, kept]).toEqual(['resolving failed; serving the last known addresses', ['192.0.2.1']]);
      const { queries } = upstream;
      await until(() => upstream.queries > queries);
      expect((await aya.ask('example.com')).answers).toEqual(['example.com 1 A 192.0.2.1']);
      Object.assign(upstream, { conduct: 'answers', addresses: ['192.0.2.9'] });
      await atApex(aya, '192.0.2.9');
    },
  );

  test('is asked of the next resolver where the first is dead, and of others after a reload', async () => {
    await using silent = await UpstreamResolver.start([]);
    silent.conduct = 'silent';
    await using second = await UpstreamResolver.start(['192.0.2.2']);
    await using aya = await startAya(WORLD, resolvers(silent.port, second.port));
    await atApex(aya, '192.0.2.2');
    await using other = await UpstreamResolver.start(['192.0.2.3']);
    await aya.configure(WORLD, resolvers(other.port));
    await aya.reload();
    await atApex(aya, '192.0.2.3');
  });

  test('is not denied while nobody could say its addresses, and has them once somebody can', async () => {
    const port = await freePort();
    await using aya = await startAya(WORLD, resolvers(port));
    expect((await aya.ask('example.com')).rcode).toBe('SERVFAIL');
    expect((await aya.ask('www.example.com')).answers).toEqual([WWW]);
    await using _upstream = await UpstreamResolver.start(['192.0.2.1'], port);
    await atApex(aya, '192.0.2.1');
  });

  test('does not hold a start back whose resolvers keep silent', async () => {
    await using upstream = await UpstreamResolver.start([]);
    upstream.conduct = 'silent';
    await using aya = await startAya(WORLD, resolvers(upstream.port));
    expect((await aya.ask('www.example.com')).answers).toEqual([WWW]);
  });

  test('yields to one with addresses while it fails its probes, and comes back', async () => {
    const [port, near, far] = [await freePort(), '127.21.0.1', '127.22.0.1'];
    await using _near = await Region.start(near, port);
    await using region = await Region.start(far, port);
    await using upstream = await UpstreamResolver.start([far]);
    const world = `
regions: { near: {}, far: {} }
probes: { web: { http: { port: ${port} }, interval: 200ms, timeout: 200ms } }
policies: { far-first: [{ ordered: [far, near] }] }
services:
  lb: { policy: far-first, probe: web, endpoints: { near: { a: ${near} }, far: { cname: lb.example.net. } } }
${zone('@ SERVICE lb\nwww SERVICE lb')}
`;
    await using aya = await startAya(world, resolvers(upstream.port));
    const www = async () => (await aya.ask('www.example.com')).answers.join();
    expect(await www()).toBe(WWW);
    await atApex(aya, far);
    await region.die();
    await until(async () => (await www()) === `www.example.com 30 A ${near}`);
    await atApex(aya, near);
    await region.revive();
    await until(async () => (await www()) === WWW);
    await atApex(aya, far);
    // Another address behind the name is another thing to probe: there is nothing at this one.
    upstream.addresses = ['127.23.0.1'];
    await aya.waitFor(({ address, to }) => address === '127.23.0.1' && to === 'down');
    await atApex(aya, near);
  });

  test('is checked at one place for all of its addresses', async () => {
    const port = await freePort();
    await using region = await Region.start('127.24.0.1', port);
    await using upstream = await UpstreamResolver.start(['192.0.2.1']);
    const world = `
regions: { near: {}, far: {} }
probes: { web: { http: {}, interval: 200ms, timeout: 200ms } }
policies: { far-first: [{ ordered: [far, near] }] }
services:
  lb:
    policy: far-first
    probe: web
    endpoints: { near: { a: 192.0.2.9, check: "127.24.0.1:${port}" }, far: { cname: lb.example.net, check: "127.24.0.2:${port}" } }
${zone('@ SERVICE lb\nwww SERVICE lb')}
`;
    await using aya = await startAya(world, resolvers(upstream.port));
    await aya.waitFor(({ address, to }) => address === 'lb.example.net.' && to === 'down');
    expect((await aya.ask('www.example.com')).answers).toEqual(['www.example.com 30 A 192.0.2.9']);
    await atApex(aya, '192.0.2.9');
    expect(region.requests).toBeGreaterThan(0);
  });
});
