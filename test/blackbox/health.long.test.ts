import { once } from 'node:events';
import { createServer } from 'node:http';
import { setTimeout } from 'node:timers/promises';
import { describe, expect, onTestFinished, test } from 'vitest';
import { type Aya, freePort, startAya, until } from '../support/aya.ts';
import { Region } from './region.ts';
import { zone } from './zone.ts';

const EAST = '127.31.0.1';
const EAST_TOO = '127.31.0.2';
const WEST = '127.32.0.1';

interface World {
  readonly probes: string;
  readonly more?: string;
  readonly policy?: string;
  readonly east?: string;
}

/** A name that is answered by east, of two endpoints, and by west, in this order unless a policy says another. */
function world({ probes, more = '', policy = '[{ ordered: [east, west] }]', east = '{}' }: World): string {
  return `
regions: { east: ${east}, west: {} }
probes: { ${probes} }
policies: { steer: ${policy} }
services:
  web:
    policy: steer
    probe: web
    ttl: 60s
    answers: 2
    endpoints: { east: { a: ${EAST} }, east-too: { region: east, a: ${EAST_TOO} }, west: { a: ${WEST} } }
${more}
${zone('web SERVICE web')}`;
}

async function named(aya: Aya): Promise<string> {
  return [...(await aya.ask('web.example.com')).addresses].sort().join(' ');
}

function naming(aya: Aya, ...addresses: readonly string[]): Promise<boolean> {
  return until(async () => (await named(aya)) === addresses.join(' '));
}

async function startRegions(port: number, stack: AsyncDisposableStack): Promise<readonly Region[]> {
  const regions: Region[] = [];
  for (const address of [EAST, EAST_TOO, WEST]) regions.push(stack.use(await Region.start(address, port)));
  return regions;
}

describe('of a region', () => {
  test('nothing is answered while too many of its endpoints are down, unless nothing else is up', async () => {
    const port = await freePort();
    await using stack = new AsyncDisposableStack();
    const [east, , west] = await startRegions(port, stack);
    const probes = `web: { http: { port: ${port} }, interval: 200ms, fall: 1, rise: 1 }`;
    const health = 'health: { regions: { share: 40%, endpoints: 1 } }';
    await using aya = await startAya(world({ probes, more: health }));
    await naming(aya, EAST, EAST_TOO);
    await east?.die();
    await naming(aya, WEST);
    expect(await aya.waitFor(({ msg }) => msg === 'region down')).toMatchObject({
      ...{ level: 'warn', region: 'east', why: '1 of 2 endpoints are down' },
    });
    await west?.die();
    await naming(aya, EAST_TOO);
    await west?.revive();
    await naming(aya, WEST);
    await east?.revive();
    await naming(aya, EAST, EAST_TOO);
  });

  test('nothing is answered while its own probe finds it down', async () => {
    const gate = await Region.start('127.31.0.9', await freePort());
    await using _ = gate;
    const probes = `gate: { tcp: { port: 1 }, interval: 200ms, fall: 1, rise: 1 }, web: { all: [{ service: store }] }`;
    const store = '  store: { policy: steer, endpoints: { west: { a: 192.0.2.1 } } }';
    const east = `{ probe: gate, check: "127.31.0.9:${gate.port}" }`;
    await using aya = await startAya(world({ probes, more: store, east }));
    await naming(aya, EAST, EAST_TOO);
    await gate.die();
    await naming(aya, WEST);
    expect(await aya.waitFor(({ msg }) => msg === 'region down')).toMatchObject({
      why: 'its own probe: connection refused',
    });
    await gate.revive();
    await naming(aya, EAST, EAST_TOO);
  });
});

describe('answers', () => {
  test('are kept for less long while an endpoint in them is close to going down', async () => {
    const port = await freePort();
    await using stack = new AsyncDisposableStack();
    const [east] = await startRegions(port, stack);
    const probes = `web: { http: { port: ${port} }, interval: 300ms, fall: 60 }`;
    await using aya = await startAya(world({ probes, more: 'health: { ttlMin: 16s }' }));
    const ttl = async (): Promise<number> => Number((await aya.ask('web.example.com')).answers[0]?.split(' ')[1]);
    expect(await ttl()).toBe(60);
    await east?.die();
    const seen = new Set<number>();
    await until(async () => seen.add(await ttl()).has(16));
    expect([...seen]).toEqual([...seen].toSorted((a, b) => b - a));
    expect(await named(aya)).toBe(`${EAST} ${EAST_TOO}`);
    await east?.revive();
    await until(async () => (await ttl()) === 60);
  });

  test('are kept for less long, too, where what fails is one of several probes of an endpoint', async () => {
    const port = await freePort();
    await using stack = new AsyncDisposableStack();
    const [east] = await startRegions(port, stack);
    const probes = `page: { http: { port: ${port} }, interval: 300ms, fall: 60 }, web: { all: [page] }`;
    await using aya = await startAya(world({ probes, more: 'health: { ttlMin: 16s }' }));
    const ttl = async (): Promise<number> => Number((await aya.ask('web.example.com')).answers[0]?.split(' ')[1]);
    expect(await ttl()).toBe(60);
    await east?.die();
    await until(async () => (await ttl()) < 20);
    await east?.revive();
    await until(async () => (await ttl()) === 60);
  });

  test('name an endpoint less often while it is slower than it used to be', async () => {
    // So many make it known what is usual.
    const usual = 20;
    let requests = 0;
    const server = createServer(async (request, response) => {
      const isSlow = request.socket.localAddress === EAST && ++requests > usual;
      if (isSlow) await setTimeout(150);
      response.end('ok');
    });
    server.listen(0, '0.0.0.0');
    await once(server, 'listening');
    onTestFinished(() => void server.close());
    const { port } = server.address() as { port: number };
    const probes = `web: { http: { port: ${port} }, interval: 300ms }`;
    const health = 'health: { outliers: { zScore: 1.5, floor: 10%, part: 50% } }';
    await using aya = await startAya(world({ probes, more: health, policy: '[weighted]' }).replace('answers: 2', ''));
    const share = async (): Promise<number> => {
      const answers = await Promise.all(Array.from({ length: 90 }, () => aya.ask('web.example.com')));
      return answers.filter(({ addresses }) => addresses[0] === EAST).length / 90;
    };
    await until(() => requests > usual);
    await until(async () => (await share()) < 0.12);
  });
});

describe('the health section says', () => {
  test('when the prober is suspect, and what speaks for it', async () => {
    const port = await freePort();
    await using stack = new AsyncDisposableStack();
    const [east, eastToo] = await startRegions(port, stack);
    const probes = `web: { http: { port: ${port} }, interval: 200ms }`;
    const health = (references: string): string =>
      `health: { suspicion: { share: 40%, failures: 2, hold: 10m, references: [${references}] } }`;
    await using aya = await startAya(world({ probes, more: health('') }));
    await naming(aya, EAST, EAST_TOO);
    await Promise.all([east?.die(), eastToo?.die()]);
    expect(await aya.waitFor(({ msg }) => msg.includes('the prober is suspect'))).toMatchObject({ holdMs: 600_000 });
    expect(await named(aya)).toBe(`${EAST} ${EAST_TOO}`);
    await Promise.all([east?.revive(), eastToo?.revive()]);
    await aya.waitFor(({ msg }) => msg === 'the prober is trusted again');

    await aya.configure(world({ probes, more: health(`"${WEST}:${port}"`) }));
    await aya.waitFor(({ msg }) => msg === 'reloaded');
    await Promise.all([east?.die(), eastToo?.die()]);
    await naming(aya, WEST);
  });
});

test('endpoints, and regions, report themselves over the admin listener', async () => {
  const admin = await freePort();
  const token = 'a-secret-of-16-or-more';
  const probes = `web: { push: { token: ${token}, ttl: 1m }, interval: 1s }`;
  const east = '{ probe: web, check: "127.0.0.1:1" }';
  await using aya = await startAya(world({ probes, east, more: `admin: { listen: "127.0.0.1:${admin}" }` }));
  const put = async (path: string, state: string, secret = token): Promise<number> => {
    const headers = { authorization: `Bearer ${secret}` };
    const body = JSON.stringify({ state });
    return (await fetch(`http://127.0.0.1:${admin}/push/${path}`, { method: 'PUT', headers, body })).status;
  };
  await naming(aya, EAST, EAST_TOO);
  expect(await put('web/east', 'down', 'a-secret-that-is-none')).toBe(403);
  expect(await put('web/east', 'down')).toBe(204);
  await naming(aya, EAST_TOO, WEST);
  expect(await put('region:east', 'down')).toBe(204);
  await naming(aya, WEST);
  expect(await put('region:east', 'up')).toBe(204);
  expect(await put('web/east', 'up')).toBe(204);
  await naming(aya, EAST, EAST_TOO);
});
