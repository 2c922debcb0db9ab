import { expect, test } from 'vitest';
import { startAya, until } from '../support/aya.ts';
import { residentBytes } from '../support/memory.ts';
import { type Behaviour, misbehaviour, startServer, type TestServer, withStatus } from '../support/servers.ts';
import { zone } from './zone.ts';

const GOOD = '127.41.9.9';

// So demanding that nothing hostile satisfies them; the good endpoint is asked by the first, and by it alone.
const PROBES: Readonly<Record<string, string>> = {
  http: 'http: { redirects: 3, body: { contains: ok } }',
  https: 'https: { verify: false, body: { matches: "never said" } }',
  tcp: 'tcp: { port: 1, send: "GET / HTTP/1.1\\r\\n\\r\\n", expect: never said }',
  grpc: 'grpc: { port: 1 }',
  dns: 'dns: { name: example.com, over: tcp }',
};

// Kinds that speak TLS find every one of them bad at it.
const hostile: Readonly<Record<string, Behaviour>> = {
  silence: misbehaviour.silence,
  closing: misbehaviour.closing,
  garbage: misbehaviour.garbage,
  bodyWithoutEnd: misbehaviour.bodyWithoutEnd,
  headersWithoutEnd: misbehaviour.headersWithoutEnd,
  octetBySecond: (socket) => {
    socket.resume();
    const timer = setInterval(() => socket.write('H'), 1_000);
    socket.on('close', () => clearInterval(timer));
  },
  redirectLoop: (socket) => {
    socket.once('data', () => socket.end('HTTP/1.1 302 Found\r\nLocation: /\r\nContent-Length: 0\r\n\r\n'));
  },
  redirectElsewhere: (socket) => {
    socket.once('data', () => socket.end('HTTP/1.1 302 Found\r\nLocation: http://127.0.0.9/\r\n\r\n'));
  },
};

/** A service a kind of probe, of all the hostile endpoints; and the good one, in the service that has a good answer to give. */
function world(servers: readonly TestServer[], good: TestServer): string {
  const kinds = Object.entries(PROBES);
  const probes = kinds.map(([kind, probe]) => `  ${kind}: { ${probe}, interval: 2s, timeout: 1s }`);
  const services = kinds.map(([kind], row) => {
    const bad = servers.map(
      ({ port }, index) => `e${index}: { region: here, a: 127.41.${row}.${index}, check: "127.0.0.1:${port}" }`,
    );
    const fine = kind === 'http' ? [`good: { region: here, a: ${GOOD}, check: "127.0.0.1:${good.port}" }`] : [];
    return `  ${kind}: { policy: split, probe: ${kind}, answers: 64, endpoints: { ${[...bad, ...fine].join(', ')} } }`;
  });
  return `
regions: { here: {} }
probes:
${probes.join('\n')}
policies: { split: [weighted] }
services:
${services.join('\n')}
${zone(kinds.map(([kind]) => `${kind} SERVICE ${kind}`).join('\n'))}`;
}

test('hostile endpoints of every kind cost their own probes, and neither answers nor memory', async () => {
  const closers: TestServer[] = [];
  const start = async (server: Promise<TestServer>): Promise<TestServer> => {
    closers.push(await server);
    return closers.at(-1)!;
  };
  const servers: TestServer[] = [];
  for (const behaviour of Object.values(hostile)) servers.push(await start(startServer(behaviour)));
  const good = await start(startServer(withStatus(200)));
  try {
    await using aya = await startAya(world(servers, good));
    const isDown = (kind: string): number =>
      new Set(aya.log.filter(({ service, to }) => service === kind && to === 'down').map(({ address }) => address))
        .size;
    const named = async (): Promise<readonly string[]> => (await aya.ask('http.example.com')).addresses;
    await until(() => Object.keys(PROBES).every((kind) => isDown(kind) === servers.length));
    await until(async () => (await named()).length === 1);
    const [before, rounds] = [residentBytes(aya.pid), good.accepted()];
    await until(async () => {
      expect(await named()).toEqual([GOOD]);
      return good.accepted() > rounds + 4;
    });
    expect(residentBytes(aya.pid) - before).toBeLessThan(64 * 2 ** 20);
    expect(aya.log.filter(({ to, address }) => address === GOOD && to === 'down')).toEqual([]);
    // Nobody hostile was ever found up, nor did a probe stumble over what it was told.
    expect(
      aya.log.filter(({ to, address, msg }) => (to === 'up' && address !== GOOD) || msg.includes('threw')),
    ).toEqual([]);
  } finally {
    for (const server of closers) await server.close();
  }
}, 60_000);
