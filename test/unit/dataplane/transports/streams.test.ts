import { describe, expect, test } from 'vitest';
import { tcp } from '../../../../src/dataplane/transports/tcp.ts';
import type { StreamSettings } from '../../../../src/snapshot/streams.ts';
import { freePort } from '../../../support/aya.ts';
import { TcpClient } from '../../../support/dns-client.ts';
import { ROOMY, sharedStreams, TestPlane } from './plane.ts';

const QUERY = Buffer.alloc(20);

/** A TCP listener in this process. */
async function listen(settings: Partial<StreamSettings>, answerBytes = 0) {
  const plane = new TestPlane(settings, answerBytes);
  const port = await freePort();
  const listener = await tcp.open(plane, { host: '127.0.0.1', family: 4, port, over: ['TCP'] });
  return { plane, port, [Symbol.asyncDispose]: () => listener.drain() };
}

/** Connects, and sees that it is answered: it has its place then. */
async function join(port: number, from?: string): Promise<TcpClient> {
  const client = await TcpClient.open(port, '127.0.0.1', from);
  expect(await client.exchange(QUERY)).toEqual(QUERY);
  return client;
}

describe.concurrent('connections', () => {
  test('over the bound: the one that was idle longest is closed for the new one', async () => {
    await using server = await listen({ connectionsMax: 3 });
    await using first = await join(server.port);
    await using second = await join(server.port);
    await using third = await join(server.port);
    await first.exchange(QUERY);
    await using fourth = await join(server.port);
    await second.closed;
    for (const client of [first, third, fourth]) await client.exchange(QUERY);
    expect(server.plane.counts).toEqual({ connections: 4, closedForNewer: 1 });
    expect(server.plane.streams.size).toBe(3);
  });

  test('over the bound of a network: the newest is refused; other networks are not', async () => {
    await using server = await listen({ perNetworkMax: 2 });
    await using first = await join(server.port);
    await using second = await join(server.port, '127.0.0.99');
    await using refused = await TcpClient.open(server.port, '127.0.0.1', '127.0.0.2');
    await refused.closed;
    await using _elsewhere = await join(server.port, '127.0.1.1');
    expect(server.plane.counts).toEqual({ connections: 4, refusedByNetwork: 1 });
    second.socket.destroy();
    await first.exchange(QUERY);
    await using _again = await join(server.port);
  });

  test('without a query for too long are closed, a part of one notwithstanding', async () => {
    await using server = await listen({ idleMs: 100 });
    await using silent = await TcpClient.open(server.port);
    await using halting = await TcpClient.open(server.port);
    await halting.write(Buffer.of(0, 20, 1, 2, 3));
    await Promise.all([silent.closed, halting.closed]);
    expect(server.plane.counts).toEqual({ connections: 2, closedIdle: 2 });
  });

  test('whose client does not read are closed', async () => {
    await using server = await listen({ idleMs: 200 }, 60_000);
    await using client = await TcpClient.open(server.port);
    client.socket.pause();
    await client.write(Buffer.concat(Array.from({ length: 500 }, () => Buffer.concat([Buffer.of(0, 20), QUERY]))));
    await expect.poll(() => server.plane.counts, { timeout: 15_000 }).toEqual({ connections: 1, closedUnread: 1 });
  });

  test('keep up with other bounds', async () => {
    await using server = await listen({});
    await using first = await join(server.port);
    await using second = await join(server.port);
    server.plane.streams.apply({ ...ROOMY, connectionsMax: 1 });
    await first.closed;
    await second.exchange(QUERY);
    server.plane.streams.apply({ ...ROOMY, idleMs: 50 });
    await second.closed;
    expect(server.plane.counts).toEqual({ connections: 2, closedForNewer: 1, closedIdle: 1 });
  });
});

test('a network is counted over all workers, and the counts of one that died go with it', () => {
  const shared = sharedStreams(3);
  const planes = [0, 1, 2].map((index) => new TestPlane({ perNetworkMax: 2 }, 0, shared, index));
  const admit = (plane: TestPlane) => plane.streams.admit(plane.streams.seat(new FakeSocket() as never));
  expect(planes.map(admit)).toEqual([true, true, false]);
  const heir = new TestPlane({ perNetworkMax: 2 }, 0, shared, 0);
  expect([admit(heir), admit(heir)]).toEqual([true, false]);
});

class FakeSocket {
  once(): void {}
  destroy(): void {}
}
