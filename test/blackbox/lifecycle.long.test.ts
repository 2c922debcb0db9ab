import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { describe, expect, test } from 'vitest';
import { freePort, launchAya, runAya, startAya } from '../support/aya.ts';
import { decodeResponse, encodeQuery, framed, TcpClient, UdpClient } from '../support/dns-client.ts';
import { Region } from './region.ts';
import { zone } from './zone.ts';

const WORLD = zone('www IN A 192.0.2.1');

/** As many as a socket's buffer of the usual size holds. */
const IN_FLIGHT = 100;

const queries = Array.from({ length: IN_FLIGHT }, (_, id) => encodeQuery({ name: 'www.example.com', id: 10_000 + id }));

function receiveAll(client: UdpClient | TcpClient): readonly Promise<Buffer>[] {
  return queries.map((query) => client.receive(query.readUInt16BE(0)));
}

async function expectAll(answers: readonly Promise<Buffer>[]): Promise<void> {
  for (const answer of await Promise.all(answers)) expect(decodeResponse(answer).addresses).toEqual(['192.0.2.1']);
}

describe.concurrent('the command line', () => {
  test.each([
    ['--help', 0, /aya serve --config FILE/, /^$/],
    ['serve --help', 0, /aya serve --config FILE/, /^$/],
    ['--version', 0, /^\d+\.\d+\.\d+\n$/, /^$/],
    ['', 2, /^$/, /aya serve --config FILE/],
    ['srve', 2, /^$/, /srve/],
    ['serve', 2, /^$/, /--config FILE/],
    ['serve --confg aya.yaml', 2, /^$/, /--confg/],
    ['serve --config /nowhere/aya.yaml', 1, /^$/, /\/nowhere\/aya\.yaml.*no-such-file/],
  ])('aya %s: exit code %i', async (line, code, out, err) => {
    const ran = await runAya(...line.split(' ').filter((word) => word !== ''));
    expect(ran).toEqual({ code, out: expect.stringMatching(out), err: expect.stringMatching(err) });
  });
});

describe.concurrent('a start', () => {
  test('that fails tells every mistake, and exits with 1', async () => {
    await using aya = await launchAya(`nonsense: 1\nother: 2\n${WORLD}`);
    expect(await aya.exited).toBe(1);
    expect(aya.errors).toMatch(/aya\.yaml:2:1: unknown-key: .*nonsense.*\n.*aya\.yaml:3:1: unknown-key: .*other.*\n/);
    expect(aya.log).toEqual([]);
  });

  test.each([
    ['is no .mmdb file', Buffer.from('no database at all'), /own\.mmdb: bad-database/],
    ['is empty', Buffer.alloc(0), /own\.mmdb: bad-database/],
  ])('with a geo database that %s says so and exits with 1', async (_, content, message) => {
    const config = `geo: { databases: [own.mmdb] }\n${WORLD}`;
    await using aya = await launchAya(config, { files: { 'own.mmdb': content } });
    expect(await aya.exited).toBe(1);
    expect(aya.errors).toMatch(message);
  });

  test('without a geo database that it names says so and exits with 1', async () => {
    await using aya = await launchAya(`geo: { databases: [own.mmdb] }\n${WORLD}`);
    expect(await aya.exited).toBe(1);
    expect(aya.errors).toMatch(/aya\.yaml:2:\d+: no-such-file: .*own\.mmdb/);
  });

  test('on the port of another Aya is refused, and that one goes on', async () => {
    await using first = await startAya(WORLD);
    await using second = await launchAya(zone('www IN A 192.0.2.2'), { listen: [`127.0.0.1:${first.port}`] });
    expect(await second.exited).toBe(1);
    expect(second.errors).toContain(`127.0.0.1:${first.port} over UDP: EADDRINUSE`);
    expect(second.errors).toContain(`127.0.0.1:${first.port} over TCP: EADDRINUSE`);
    expect((await first.ask('www.example.com')).addresses).toEqual(['192.0.2.1']);
  });

  test('on a port that another program has for UDP is refused', async () => {
    const socket = createSocket('udp4').bind(await freePort(), '127.0.0.1');
    await once(socket, 'listening');
    await using aya = await launchAya(WORLD, { listen: [`127.0.0.1:${socket.address().port}`] });
    expect(await aya.exited).toBe(1);
    expect(aya.errors).toMatch(/over UDP: EADDRINUSE.*\naya: not started: 1 problem/);
    socket.close();
  });

  test('on a port that another program has for TCP is refused', async () => {
    const port = await freePort();
    const server = createServer().listen(port, '127.0.0.1');
    await once(server, 'listening');
    await using aya = await launchAya(WORLD, { listen: [`127.0.0.1:${port}`] });
    expect(await aya.exited).toBe(1);
    expect(aya.errors).toMatch(/over TCP: EADDRINUSE.*\naya: not started: 1 problem/);
    server.close();
  });

  test('on an address of another machine is refused', async () => {
    await using aya = await launchAya(WORLD, { listen: ['192.0.2.1:5300'] });
    expect(await aya.exited).toBe(1);
    expect(aya.errors).toContain('expected an address of this machine');
  });

  test('is stopped by a SIGTERM that comes during it', async () => {
    // A probe that hangs keeps the start from ending for as long as its time-out.
    await using silent = await Region.start('127.0.0.1', await freePort());
    silent.hang();
    const config = `
regions: { one: {} }
probes: { web: { http: { port: ${silent.port} }, interval: 2s, timeout: 2s } }
policies: { split: [weighted] }
services: { web: { policy: split, probe: web, endpoints: { one: { a: 127.0.0.1 } } } }
${zone('www SERVICE web')}`;
    await using aya = await launchAya(config);
    await silent.asked;
    aya.signal('SIGTERM');
    expect(await aya.exited).toBe(0);
    expect(aya.log.at(-1)).toMatchObject({ msg: 'stopped' });
  });
});

describe.concurrent('SIGTERM', () => {
  test('stops it, once all that has come over UDP is answered', async () => {
    await using aya = await startAya(WORLD, { workers: 2 });
    await using client = await UdpClient.open(aya.port);
    const answers = receiveAll(client);
    await Promise.all(queries.map((query) => client.send(query)));
    aya.signal('SIGTERM');
    await expectAll(answers);
    expect(await aya.exited).toBe(0);
    expect(aya.log.at(-1)).toMatchObject({ level: 'info', msg: 'stopped' });
  });

  test('stops it, once all that has come over TCP is answered', async () => {
    await using aya = await startAya(WORLD, { workers: 2 });
    const clients = await Promise.all(Array.from({ length: 20 }, () => TcpClient.open(aya.port)));
    const answers = clients.flatMap(receiveAll);
    await Promise.all(clients.map((client) => client.write(Buffer.concat(queries.map(framed)))));
    aya.signal('SIGTERM');
    await expectAll(answers);
    await Promise.all(clients.map(({ closed }) => closed));
    expect(await aya.exited).toBe(0);
  });

  test('stops it in spite of a client that keeps its connection, and SIGINT does the same', async () => {
    await using aya = await startAya(WORLD);
    await using client = await TcpClient.open(aya.port);
    aya.signal('SIGINT');
    await client.closed;
    expect(await aya.exited).toBe(0);
  });
});

describe.concurrent('it answers', () => {
  test('every one of 64 sockets, with several workers', async () => {
    await using aya = await startAya(WORLD, { workers: 3, server: { tcp: { perNetwork: 64 } } });
    expect(aya.log.find(({ msg }) => msg === 'serving')).toMatchObject({ workers: 3 });
    const answers = Array.from({ length: 64 }, async () => {
      await using udp = await UdpClient.open(aya.port);
      await using tcp = await TcpClient.open(aya.port);
      return await Promise.all([udp.ask('www.example.com'), tcp.ask('www.example.com')]);
    });
    for (const answer of (await Promise.all(answers)).flat()) expect(answer.addresses).toEqual(['192.0.2.1']);
  });

  test('over IPv6 beside IPv4 on one port, UDP and TCP', async () => {
    const port = await freePort();
    await using _aya = await startAya(WORLD, { listen: [`127.0.0.1:${port}`, `[::1]:${port}`] });
    for (const host of ['127.0.0.1', '::1']) {
      await using udp = await UdpClient.open(port, host);
      await using tcp = await TcpClient.open(port, host);
      for (const client of [udp, tcp]) expect((await client.ask('www.example.com')).addresses).toEqual(['192.0.2.1']);
    }
  });
});
