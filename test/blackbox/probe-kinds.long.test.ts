import { once } from 'node:events';
import { createServer } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import { describe, expect, onTestFinished, test } from 'vitest';
import { type Aya, freePort, startAya, until } from '../support/aya.ts';
import { Region } from './region.ts';
import { zone } from './zone.ts';

const EAST = '127.21.0.1';
const WEST = '127.22.0.1';
const BOTH = `${EAST} ${WEST}`;

/** Two endpoints, and a name that answers those of them that are up. */
function world(probes: string, services = ''): string {
  return `
regions: { east: {}, west: {} }
probes:
${probes.trim().replace(/^ */gm, '  ')}
policies: { split: [weighted] }
services:
  web: { policy: split, probe: web, answers: 2, endpoints: { east: { a: ${EAST} }, west: { a: ${WEST} } } }
${services}
${zone(`web SERVICE web${services && '\ndb SERVICE db'}`)}
`;
}

async function named(aya: Aya): Promise<string> {
  return [...(await aya.ask('web.example.com')).addresses].sort().join(' ');
}

function naming(aya: Aya, addresses: string): Promise<boolean> {
  return until(async () => (await named(aya)) === addresses);
}

/** Something that greets on a port of every endpoint, as a database does; who is `busy` has no connection left. */
async function startDatabases(busy: Set<string>): Promise<number> {
  const server = createServer((socket) => {
    socket.on('error', () => {});
    const isBusy = busy.has(socket.localAddress ?? '');
    socket.once('data', () => socket.end(isBusy ? '-LOADING Redis is loading\r\n' : '+PONG\r\n'));
  });
  server.listen(0, '0.0.0.0');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return (server.address() as { port: number }).port;
}

describe.concurrent('endpoints are answered by', () => {
  test('a file of states that another program writes', async () => {
    const files = { 'states.yaml': 'web/east: up\nweb/west: { state: down, why: maintenance }\n' };
    await using aya = await startAya(world('web: { tcp: { port: 1 } }'), { files });
    await aya.configure(world(`web: { file: { path: ${aya.folder}/states.yaml }, interval: 1s }`));
    await naming(aya, EAST);
    await aya.write('states.yaml', 'web/east: down\nweb/west: up\n');
    await naming(aya, WEST);
    // One with a mistake is ignored whole.
    await aya.write('states.yaml', 'web/east: up\nweb/west: perhaps\n');
    await aya.waitFor(({ msg }) => msg === 'file of states refused');
    expect(await named(aya)).toBe(WEST);
  });

  test('the exit code of a command', async () => {
    const command = `[/bin/sh, -c, 'test $AYA_ADDRESS = ${EAST}']`;
    await using aya = await startAya(world(`web: { exec: { command: ${command} }, interval: 1s }`));
    expect(await named(aya)).toBe(EAST);
    const change = await aya.waitFor(({ msg }) => msg === 'endpoint down');
    expect(change).toMatchObject({ service: 'web', endpoint: 'west', address: WEST, why: 'exit code 1, expected 0' });
  });

  test('the greeting of a database', async () => {
    const busy = new Set<string>();
    const port = await startDatabases(busy);
    const probe = `web: { tcp: { preset: redis, port: ${port} }, interval: 200ms, fall: 1, rise: 1 }`;
    await using aya = await startAya(world(probe));
    expect(await named(aya)).toBe(BOTH);
    busy.add(WEST);
    await naming(aya, EAST);
    busy.clear();
    await naming(aya, BOTH);
  });

  test('several probes together, and by those of another service', async () => {
    const [port, other] = [await freePort(), await freePort()];
    await using east = await Region.start(EAST, port);
    await using west = await Region.start(WEST, port);
    await using database = await Region.start('127.23.0.1', other);
    const probes = `
      page: { http: { port: ${port} }, interval: 200ms }
      store: { tcp: { port: ${other} }, interval: 200ms }
      web: { all: [page, { service: db }] }`;
    const db = '  db: { policy: split, probe: store, endpoints: { east: { a: 127.23.0.1 } } }';
    await using aya = await startAya(world(probes, db));
    expect(await named(aya)).toBe(BOTH);
    await west.die();
    await naming(aya, EAST);
    await west.revive();
    await naming(aya, BOTH);
    await database.die();
    await aya.waitFor(({ service, to, address }) => service === 'web' && to === 'down' && address === EAST);
    await database.revive();
    await aya.waitFor(({ service, to, address }) => service === 'web' && to === 'up' && address === EAST);
    expect(east.requests).toBeGreaterThan(0);
  });
});

test('a prober that goes blind holds what was good', async () => {
  const port = await freePort();
  const addresses = Array.from({ length: 6 }, (_, index) => `127.24.0.${index + 1}`);
  await using regions = new AsyncDisposableStack();
  const servers: Region[] = [];
  for (const address of addresses) servers.push(regions.use(await Region.start(address, port)));
  const config = world(`web: { http: { port: ${port} }, interval: 300ms }`).replace(`a: ${EAST}`, `a: [${addresses}]`);
  await using aya = await startAya(config);
  await naming(aya, addresses.join(' '));
  for (const server of servers) await server.die();
  const doubt = await aya.waitFor(({ msg }) => msg.includes('the prober is suspect'));
  expect(doubt).toMatchObject({ level: 'error', of: 6, holdMs: 60_000 });
  for (const server of servers) await server.revive();
  await aya.waitFor(({ msg }) => msg === 'the prober is trusted again');
  expect(aya.log.filter(({ address, to }) => to === 'down' && address !== WEST)).toEqual([]);
});

test('a process that was suspended finds nobody dead', async () => {
  const port = await freePort();
  await using east = await Region.start(EAST, port);
  await using _west = await Region.start(WEST, port);
  const probe = `web: { http: { port: ${port} }, interval: 200ms, timeout: 200ms, fall: 1 }`;
  await using aya = await startAya(world(probe));
  expect(await named(aya)).toBe(BOTH);
  aya.signal('SIGSTOP');
  // Far longer than the time-out of whatever was out.
  await setTimeout(2_000);
  const before = east.requests;
  aya.signal('SIGCONT');
  await until(async () => east.requests > before + 5);
  expect(aya.log.filter(({ to }) => to === 'down')).toEqual([]);
});

test.each([
  ['set forward by a day', 86_400_000],
  ['set back by a day', -86_400_000],
])('a clock that is %s makes no difference to verdicts', async (_name, jumpMs) => {
  const port = await freePort();
  await using east = await Region.start(EAST, port);
  await using west = await Region.start(WEST, port);
  const command = ['test/support/blocked-server.ts', 'dgram'];
  const probe = `
    page: { http: { port: ${port} }, interval: 500ms, fall: 2, flaps: { halfLife: 1s } }
    web: { all: [page] }`;
  await using aya = await startAya(world(probe), { command });
  expect(await named(aya)).toBe(BOTH);
  aya.tell(`jump ${jumpMs}`);
  await aya.waitFor(({ msg }) => msg === 'jumped');
  const before = east.requests;
  await until(() => east.requests > before + 5);
  expect(aya.log.filter(({ to }) => to === 'down')).toEqual([]);
  await west.die();
  await naming(aya, EAST);
});

test('each family of an endpoint is judged by itself', async () => {
  const port = await freePort();
  await using _four = await Region.start(EAST, port);
  await using six = await Region.start('::1', port);
  const config = world(`web: { http: { port: ${port} }, interval: 200ms, timeout: 200ms }`);
  await using aya = await startAya(config.replace(`a: ${EAST}`, `a: ${EAST}, aaaa: "::1"`));
  const sixes = async (): Promise<string> => (await aya.ask({ name: 'web.example.com', type: 28 })).addresses.join(' ');
  expect([await named(aya), await sixes()]).toEqual([EAST, '::1']);
  await six.die();
  const change = await aya.waitFor(({ address, to }) => address === '::1' && to === 'down');
  expect(change).toMatchObject({ why: 'connection refused' });
  expect(aya.log.filter(({ address, to }) => address === EAST && to === 'down')).toEqual([]);
  expect(await named(aya)).toBe(EAST);
});
