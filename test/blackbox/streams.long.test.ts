import { describe, expect, test } from 'vitest';
import { type Aya, startAya } from '../support/aya.ts';
import { encodeQuery, framed, TcpClient } from '../support/dns-client.ts';
import { zone } from './zone.ts';

const WORLD = zone('www IN A 192.0.2.1');

/** Connects, and sees that it is answered: it has its place then. */
async function join(aya: Aya, from = '127.0.0.1'): Promise<TcpClient> {
  const client = await TcpClient.open(aya.port, '127.0.0.1', from);
  await expectAnswer(client);
  return client;
}

async function expectAnswer(client: TcpClient): Promise<void> {
  expect((await client.ask('www.example.com')).addresses).toEqual(['192.0.2.1']);
}

/** Of connections, one after the other, how many are answered. */
async function countAnswered(aya: Aya, clients: number): Promise<number> {
  let answered = 0;
  for (let index = 0; index < clients; index++) {
    const client = await TcpClient.open(aya.port);
    const isAnswered = client.ask('www.example.com').then(() => true);
    if (await Promise.race([isAnswered, client.closed.then(() => false)])) answered++;
    isAnswered.catch(() => {}); // refused: nothing comes
  }
  return answered;
}

describe.concurrent('10,000 queries on a connection', () => {
  test('are answered in the order in which they are ready', async () => {
    await using aya = await startAya(WORLD);
    await using client = await TcpClient.open(aya.port);
    const ids = Array.from({ length: 10_000 }, (_, id) => id);
    const seen: number[] = [];
    const answers = ids.map((id) => client.receive(id).then(() => seen.push(id)));
    await client.write(Buffer.concat(ids.map((id) => framed(encodeQuery({ name: 'www.example.com', id })))));
    await Promise.all(answers);
    expect(seen).toEqual(ids);
    expect(client.strays).toEqual([]);
  });
});

describe.concurrent('bounds', () => {
  test('of all connections: the one that was idle longest goes', async () => {
    await using aya = await startAya(WORLD, { server: { tcp: { connections: 2 } } });
    await using first = await join(aya);
    await using second = await join(aya);
    await expectAnswer(first);
    await using third = await join(aya);
    await second.closed;
    await Promise.all([first, third].map(expectAnswer));
  });

  test('of a network hold over all workers, and for that network alone', async () => {
    await using aya = await startAya(WORLD, { workers: 3, server: { tcp: { perNetwork: 6 } } });
    expect(await countAnswered(aya, 20)).toBe(6);
    await using _elsewhere = await join(aya, '127.0.9.1');
  });

  test('of time: half a message costs its own connection, and no other', async () => {
    await using aya = await startAya(WORLD, { server: { tcp: { idle: '1s' } } });
    await using halting = await TcpClient.open(aya.port);
    await halting.write(framed(encodeQuery({ name: 'www.example.com' })).subarray(0, -1));
    await using busy = await TcpClient.open(aya.port);
    let isOver = false;
    void halting.closed.then(() => {
      isOver = true;
    });
    while (!isOver) await expectAnswer(busy);
    expect(halting.strays).toEqual([]);
    await expectAnswer(busy);
  });

  test('change at a reload, and what is open stays open', async () => {
    await using aya = await startAya(WORLD, { server: { tcp: { perNetwork: 1 } } });
    await using first = await join(aya);
    await using refused = await TcpClient.open(aya.port);
    await refused.closed;
    await aya.configure(WORLD, { server: { tcp: { perNetwork: 2 } } });
    expect((await aya.reload()).msg).toBe('reloaded');
    await using _second = await join(aya);
    await expectAnswer(first);
    await aya.configure(WORLD, { server: { tcp: { perNetwork: 2, idle: '1s' } } });
    expect((await aya.reload()).msg).toBe('reloaded');
    await first.closed;
  });
});
