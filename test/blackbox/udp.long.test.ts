import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { type Aya, freePort, startAya } from '../support/aya.ts';
import { askConnected } from '../support/connected.ts';
import { decodeResponse, encodeQuery, UdpClient } from '../support/dns-client.ts';
import { servingOver } from '../support/udp-transports.ts';
import { zone } from './zone.ts';

const WORLD = zone('www IN A 192.0.2.1');
const NAME = 'www.example.com';
const ADDRESSES = ['192.0.2.1'];

const run = promisify(execFile);

/** The command that runs another in a network of its own, with these addresses; undefined where none may be made. */
async function inNamespace(addresses: readonly string[]): Promise<readonly string[] | undefined> {
  const add = addresses.map((address) => `ip addr add ${address}/128 dev lo nodad`);
  const command = ['unshare', '-rn', 'sh', '-c', `${['ip link set lo up', ...add].join(' && ')} && exec "$@"`, 'sh'];
  const [program, ...args] = [...command, 'true'];
  return await run(program, args).then(
    () => command,
    () => undefined,
  );
}

/** Asks one query after the other, each from a socket of its own, so that all workers are asked; all must be answered. */
function askThroughout(port: number): { stop(): Promise<number> } {
  let isOver = false;
  const asked = (async () => {
    let count = 0;
    for (; !isOver; count++) {
      await using client = await UdpClient.open(port);
      expect((await client.ask(NAME)).addresses).toEqual(ADDRESSES);
    }
    return count;
  })();
  asked.catch(() => {}); // awaited by stop()
  return {
    stop() {
      isOver = true;
      return asked;
    },
  };
}

const serving = (aya: Aya) => aya.log.find(({ msg }) => msg === 'serving');

describe.runIf(process.platform === 'linux').concurrent('mmsg', () => {
  test('is chosen by itself, which the log says', async () => {
    await using aya = await startAya(WORLD);
    expect(serving(aya)).toMatchObject({ udp: 'mmsg' });
  });

  test('at a wildcard address answers from the very address asked, over IPv4', async () => {
    const port = await freePort();
    await using _aya = await startAya(WORLD, { listen: [`0.0.0.0:${port}`] });
    for (const host of ['127.0.0.1', '127.0.0.2', '127.0.0.3']) {
      expect(await askConnected(host, port, NAME)).toEqual(ADDRESSES);
    }
  });

  test('at a wildcard address answers from the very address asked, over IPv6', async () => {
    const several = ['2001:db8::1', '2001:db8::2', 'fd00::3'];
    const namespace = await inNamespace(several);
    const hosts = namespace === undefined ? ['::1'] : ['::1', ...several];
    const [program, ...args] = [
      ...(namespace ?? []),
      process.execPath,
      'test/support/ask-addresses.ts',
      WORLD,
      ...hosts,
    ];
    const { stdout } = await run(program, args);
    expect(JSON.parse(stdout)).toEqual(hosts.map(() => ADDRESSES));
  });

  test('loses no query to a change of the number of workers, or of addresses', async () => {
    await using aya = await startAya(WORLD);
    const asking = Array.from({ length: 4 }, () => askThroughout(aya.port));
    const [own, other] = [`127.0.0.1:${aya.port}`, `127.0.0.1:${await freePort()}`];
    for (const [workers, listen] of [
      [4, [own]],
      [1, [own, other]],
      [3, [own, `[::1]:${aya.port}`]],
      [2, [own]],
    ] as const) {
      await aya.configure(WORLD, { workers, listen });
      expect(await aya.reload()).toMatchObject({ msg: 'reloaded', workers });
    }
    for (const one of asking) expect(await one.stop()).toBeGreaterThan(10);
  });

  test('loses no query to the death of a worker: they wait for the next one', async () => {
    await using aya = await startAya(WORLD, { command: ['test/support/blocked-server.ts', 'mmsg'] });
    const clients = await Promise.all(Array.from({ length: 20 }, () => UdpClient.open(aya.port)));
    aya.tell('break');
    await aya.waitFor(({ msg }) => msg === 'worker died; starting another');
    const answers = clients.map((client) => client.exchange(encodeQuery({ name: NAME })));
    for (const answer of await Promise.all(answers)) expect(decodeResponse(answer).addresses).toEqual(ADDRESSES);
    for (const client of clients) {
      expect(client.strays).toEqual([]);
      await client[Symbol.asyncDispose]();
    }
  });

  test('counts what comes and goes, and a datagram that is too long for a query', async () => {
    await using aya = await startAya(WORLD);
    await using client = await UdpClient.open(aya.port);
    await client.send(Buffer.concat([encodeQuery({ name: NAME }), Buffer.alloc(20_000)]));
    await client.ask(NAME); // one worker, one queue: it comes after
    expect(client.strays).toEqual([]);
    aya.signal('SIGTERM');
    const { connections } = await aya.waitFor(({ msg }) => msg === 'stopped');
    expect(connections).toMatchObject({ received: 2, datagramsTooLong: 1, sent: 1, sendFailed: 0, receiveDropped: 0 });
  });
});

describe.concurrent('dgram', () => {
  test('takes the place of mmsg where koffi does not work, which the log says', async () => {
    const command = ['--import', './test/support/no-koffi.ts', 'src/main.ts', 'serve', '--config'];
    await using aya = await startAya(WORLD, { command, workers: 2 });
    expect(serving(aya)?.udp).toMatch(/^dgram/);
    expect((await aya.ask(NAME)).addresses).toEqual(ADDRESSES);
  });

  test('counts what comes and goes', async () => {
    await using aya = await startAya(WORLD, { command: servingOver('dgram') });
    expect(serving(aya)).toMatchObject({ udp: 'dgram' });
    await aya.ask(NAME);
    aya.signal('SIGTERM');
    const { connections } = await aya.waitFor(({ msg }) => msg === 'stopped');
    expect(connections).toMatchObject({ received: 1, sent: 1, sendFailed: 0 });
  });
});
