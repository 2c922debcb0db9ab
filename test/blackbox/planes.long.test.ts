import { setTimeout } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import type { UdpTransport } from '../../src/snapshot/messages.ts';
import { type Aya, freePort, startAya, until } from '../support/aya.ts';
import { decodeResponse, encodeQuery, framed, TcpClient, UdpClient } from '../support/dns-client.ts';
import { UDP_TRANSPORTS } from '../support/udp-transports.ts';
import { Region } from './region.ts';
import { zone } from './zone.ts';

const BLOCK_MS = 10_000;

const blockable = (transport: UdpTransport) => ['test/support/blocked-server.ts', transport];

const world = (port: number) => `
geo: { databases: [geodb/country.mmdb] }
regions: { one: { location: [50, 8] }, two: { location: [35, 139] } }
probes: { web: { http: { port: ${port} }, interval: 200ms } }
policies: { closest: [nearest] }
services: { web: { policy: closest, probe: web, endpoints: { one: { a: 127.31.0.1 }, two: { a: 127.32.0.1 } } } }
${zone('www SERVICE web')}`;

/** Asks one query after the other, with several clients at a time, until the log has the message; gives how many. */
async function askUntil(aya: Aya, message: string, clients: readonly (UdpClient | TcpClient)[]): Promise<number> {
  const isOver = () => aya.log.some(({ msg }) => msg === message);
  const counts = clients.map(async (client) => {
    let count = 0;
    for (; !isOver(); count++) {
      await setTimeout(2); // so as to leave the machine to the server
      const { addresses } = await client.ask({ name: 'www.example.com', subnet: '133.11.0.0/24' });
      expect(addresses).toEqual(['127.32.0.1']);
    }
    return count;
  });
  return (await Promise.all(counts)).reduce((sum, count) => sum + count);
}

// One after the other: a machine of two cores has enough to do with two servers.
describe.each(UDP_TRANSPORTS)('the data plane, over %s', (transport) => {
  const command = blockable(transport);

  test.concurrent('answers every query, over UDP and TCP, while the main thread is blocked for 10 s', {
    timeout: 60_000,
  }, async () => {
    const port = await freePort();
    await using one = await Region.start('127.31.0.1', port);
    await using _two = await Region.start('127.32.0.1', port);
    await using aya = await startAya(world(port), { command, workers: 2 });
    await using udp = await UdpClient.open(aya.port);
    await using tcp = await TcpClient.open(aya.port);
    aya.tell(`block ${BLOCK_MS}`);
    await aya.waitFor(({ msg }) => msg === 'blocked');
    await using late = await TcpClient.open(aya.port); // a connection made meanwhile is served as well
    expect(await askUntil(aya, 'unblocked', [udp, tcp, late])).toBeGreaterThan(100);
    // And the probes that were out during the block say nothing of the endpoints, nor do those after it.
    const { requests } = one;
    await until(() => one.requests > requests + 2);
    expect(aya.log.filter(({ msg }) => msg === 'endpoint down')).toEqual([]);
  });

  test.concurrent('has another worker for one that dies, time after time', async () => {
    await using aya = await startAya(zone('www IN A 192.0.2.1'), { command, workers: 1 });
    for (let time = 1; time <= 2; time++) {
      const from = aya.log.length;
      aya.tell('break');
      const died = await aya.waitFor(({ msg }) => msg === 'worker died; starting another', from);
      expect(died).toMatchObject({ level: 'error', reason: expect.stringContaining('not a block of names') });
      // It was the only one: until there is another, nobody answers.
      await using client = await UdpClient.open(aya.port);
      const answer = await until(() => {
        void client.send(encodeQuery({ name: 'www.example.com' }));
        return client.strays[0];
      });
      expect(decodeResponse(answer).addresses).toEqual(['192.0.2.1']);
    }
  });
});

// Here, and not beside the other tests of TCP, since these two wait as long as the block above.
describe.concurrent('a connection is cut off', () => {
  test('when the client sends nothing for long', async () => {
    await using aya = await startAya(zone('www IN A 192.0.2.1'));
    await using client = await TcpClient.open(aya.port);
    expect((await client.ask('www.example.com')).rcode).toBe('NOERROR');
    await client.closed;
    expect((await aya.ask('www.example.com')).rcode).toBe('NOERROR');
  });

  test('when the client asks and asks and never reads an answer; others are served meanwhile', async () => {
    await using aya = await startAya(zone(`text IN TXT ${'"0123456789abcdef" '.repeat(1000)}`));
    await using client = await TcpClient.open(aya.port);
    const query = framed(encodeQuery({ name: 'text.example.com', type: 'TXT' })); // for 17 KiB
    client.socket.pause();
    const pump = (): void => {
      while (client.socket.writable && client.socket.write(query));
    };
    client.socket.on('drain', pump);
    pump();
    let isCut = false;
    client.closed.then(() => {
      isCut = true;
    });
    await using other = await TcpClient.open(aya.port);
    while (!isCut) {
      expect((await other.ask({ name: 'text.example.com', type: 'TXT' })).answers).toHaveLength(1);
      await setTimeout(50);
    }
  });
});
