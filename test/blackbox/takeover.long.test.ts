import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { describe, expect, test } from 'vitest';
import { holdersOf } from '../../src/control/listening/socket-holders.ts';
import { type Aya, freePort, launchAya, startAya, until } from '../support/aya.ts';
import { TcpClient } from '../support/dns-client.ts';
import { UdpLoad } from '../support/udp-load.ts';
import { zone } from './zone.ts';

const NAME = 'www.example.com';
const BEFORE = zone('www IN A 192.0.2.1');
const AFTER = zone('www IN A 192.0.2.2');

const TAKING_OVER = ['src/main.ts', 'serve', '--takeover', '--config'];

/** Another server at the port of one, which it is to replace. */
function successor(of: Aya, workers = 2): Promise<Aya> {
  return launchAya(AFTER, { listen: [`127.0.0.1:${of.port}`], workers, command: TAKING_OVER });
}

/** How many answers over UDP it has sent, as it said at its end. */
function sentBy(aya: Aya): number | undefined {
  return (aya.log.at(-1)?.connections as Record<string, number> | undefined)?.sent;
}

/** Resolves when so many more queries were answered. */
async function more(load: UdpLoad, count = 2_000): Promise<void> {
  const wanted = load.answered + count;
  await until(() => load.answered >= wanted);
}

/** Asks one query after the other over one connection, until the server ends it; gives the errors of the socket. */
async function askUntilClosed(port: number): Promise<readonly Error[]> {
  await using client = await TcpClient.open(port);
  const errors: Error[] = [];
  client.socket.on('error', (error) => errors.push(error));
  const closed = client.closed.then(() => undefined);
  for (;;) {
    // The query that meets the end on its way is not answered: its client asks again elsewhere (RFC 7766 section 6.2.4).
    const answer = await Promise.race([client.ask(NAME), closed]);
    if (answer === undefined) return errors;
    expect(answer.addresses).toEqual(['192.0.2.1']);
  }
}

/** Accepts a connection and says nothing. */
class SilentServer implements AsyncDisposable {
  readonly port: number;
  /** Resolves when somebody has connected. */
  readonly asked: Promise<unknown>;
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
    this.port = (server.address() as AddressInfo).port;
    this.asked = once(server, 'connection');
  }

  static async open(): Promise<SilentServer> {
    const server = createServer((socket) => socket.on('error', () => {}).resume());
    await once(server.listen(0, '127.0.0.1'), 'listening');
    return new SilentServer(server);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.close();
  }
}

/** A service with one endpoint there, whose probe waits for an answer. */
function probed(port: number): string {
  return `
regions: { here: {} }
probes: { slow: { http: { port: ${port} }, timeout: 2s } }
policies: { any: [{ ordered: [here] }] }
services: { svc: { policy: any, probe: slow, endpoints: { here: { a: 127.0.0.1 } } } }
`;
}

describe.runIf(process.platform === 'linux')('--takeover', () => {
  test('loses no query over UDP, under load', async () => {
    await using before = await startAya(BEFORE, { workers: 2 });
    const load = await UdpLoad.start(before.port, NAME);
    await more(load);
    await using after = await successor(before);
    await after.waitFor(({ msg }) => msg === 'took over');
    expect(await before.exited).toBe(0);
    await more(load);
    const { lost, wrong, answered } = await load.stop();
    expect({ lost, wrong }).toEqual({ lost: 0, wrong: 0 });
    after.signal('SIGTERM');
    expect(await after.exited).toBe(0);
    expect(Number(sentBy(before)) + Number(sentBy(after))).toBe(answered);
  });

  test('ends connections in order, whose clients ask on at the next server', async () => {
    await using before = await startAya(BEFORE);
    const asked = Array.from({ length: 10 }, () => askUntilClosed(before.port));
    await using after = await successor(before);
    const errors = (await Promise.all(asked)).flat();
    expect(errors).toEqual([]);
    expect(await before.exited).toBe(0);
    await using client = await TcpClient.open(before.port);
    expect((await client.ask(NAME)).addresses).toEqual(['192.0.2.2']);
    expect(after.log.filter(({ level }) => level !== 'info')).toEqual([]);
  });

  test('of a configuration that can not be served leaves the server before alone', async () => {
    await using before = await startAya(BEFORE);
    const setting = { listen: [`127.0.0.1:${before.port}`], command: TAKING_OVER };
    await using after = await launchAya(`nonsense: 1\n${AFTER}`, setting);
    expect(await after.exited).toBe(1);
    expect((await before.ask(NAME)).addresses).toEqual(['192.0.2.1']);
  });

  test('of a server that hangs, which would keep a share of the queries, ends it', async () => {
    await using before = await startAya(BEFORE);
    before.signal('SIGSTOP');
    await using after = await successor(before);
    await after.waitFor(({ msg }) => msg === 'took over');
    expect(await before.exited).toBe(0);
    for (let query = 0; query < 20; query++) expect((await before.ask(NAME)).addresses).toEqual(['192.0.2.2']);
  });

  test('of a server that does not leave when it is told to kills it, which the log says', async () => {
    await using before = await startAya(BEFORE, { command: ['test/support/deaf/main.ts', 'serve', '--config'] });
    await using after = await successor(before);
    await before.waitFor(({ msg }) => msg === 'heard, and stays');
    await after.waitFor(({ msg }) => msg === 'the server before does not leave; killing it');
    await after.waitFor(({ msg }) => msg === 'took over');
    expect(await before.exited).toBeNull();
    for (let query = 0; query < 20; query++) expect((await before.ask(NAME)).addresses).toEqual(['192.0.2.2']);
  });

  test('by several at once leaves one of them', async () => {
    await using before = await startAya(BEFORE, { workers: 2 });
    const load = await UdpLoad.start(before.port, NAME);
    await using one = await successor(before);
    await using other = await successor(before);
    const servers = [one, other];
    const exits = servers.map(async (server) => ({ server, code: await server.exited }));
    const { server: beaten, code } = await Promise.race(exits);
    const winner = servers.find((server) => server !== beaten);
    expect({ before: await before.exited, beaten: code }).toEqual({ before: 0, beaten: 0 });
    expect(holdersOf([{ host: '127.0.0.1', family: 4, port: before.port, over: ['UDP'] }])).toMatchObject([
      { pid: winner?.pid },
    ]);
    await more(load);
    const { lost, wrong } = await load.stop();
    expect({ lost, wrong }).toEqual({ lost: 0, wrong: 0 });
  });

  test('that is stopped before it is done leaves the server before alone', async () => {
    await using before = await startAya(BEFORE);
    // Its first probe keeps it from answering for as long as that may take: time enough for a signal.
    await using silent = await SilentServer.open();
    const config = `${probed(silent.port)}${AFTER}`;
    const setting = { listen: [`127.0.0.1:${before.port}`], command: TAKING_OVER };
    await using after = await launchAya(config, setting);
    await silent.asked;
    after.signal('SIGTERM');
    expect(await after.exited).toBe(0);
    expect((await before.ask(NAME)).addresses).toEqual(['192.0.2.1']);
  });

  test('where nobody has the addresses just serves', async () => {
    await using aya = await startAya(BEFORE, { command: TAKING_OVER });
    expect((await aya.ask(NAME)).addresses).toEqual(['192.0.2.1']);
    expect(aya.log.some(({ msg }) => msg === 'took over')).toBe(false);
  });

  test('from what is no Aya is refused, and says what it is', async () => {
    const socket = createSocket('udp4').bind(await freePort(), '127.0.0.1');
    await once(socket, 'listening');
    const setting = { listen: [`127.0.0.1:${socket.address().port}`], command: TAKING_OVER };
    await using aya = await launchAya(BEFORE, setting);
    expect(await aya.exited).toBe(1);
    expect(aya.errors).toMatch(new RegExp(`cannot-take-over: found .*process ${process.pid}, .*vitest`));
    socket.close();
  });

  test('takes the places of admin, too, when they are free', async () => {
    await using before = await startAya(`admin: { socket: /tmp/aya-${process.pid}.sock }\n${BEFORE}`);
    const config = `admin: { socket: /tmp/aya-${process.pid}.sock }\n${AFTER}`;
    const setting = { listen: [`127.0.0.1:${before.port}`], command: TAKING_OVER };
    await using after = await launchAya(config, setting);
    const line = await after.waitFor(({ msg }) => msg === 'admin listening');
    expect(after.log.indexOf(line)).toBeGreaterThan(after.log.findIndex(({ msg }) => msg === 'took over'));
    expect(after.log.some(({ msg }) => msg === 'admin cannot listen')).toBe(false);
  });
});
