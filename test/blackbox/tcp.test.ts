import { setImmediate } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Aya, startAya } from '../support/aya.ts';
import { decodeResponse, encodeQuery, framed, TcpClient } from '../support/dns-client.ts';
import { zone } from './zone.ts';

/** 64 endpoints of two addresses: 2 KiB of answer. */
const regions = Array.from({ length: 64 }, (_, index) => `r${index}`);
const endpoints = regions.map((region, index) => `${region}: { a: [192.0.2.${index}, 198.51.100.${index}] }`);

/** 100 strings of 250 octets: 25 KiB of answer. */
const text = Array.from({ length: 100 }, (_, index) => `"${String(index).padStart(250, '.')}"`).join(' ');

const WORLD = `
regions: { ${regions.map((region) => `${region}: {}`).join(', ')} }
policies: { split: [weighted] }
services: { web: { policy: split, answers: 64, endpoints: { ${endpoints.join(', ')} } } }
${zone(`www IN A 192.0.2.1\nmany SERVICE web\ntext IN TXT ${text}`)}`;

let aya: Aya;
beforeAll(async () => {
  // All clients here are of one network.
  aya = await startAya(WORLD, { server: { tcp: { perNetwork: 1000 } } });
});
afterAll(() => aya?.[Symbol.asyncDispose]());

const query = (id: number, name = 'www.example.com') => encodeQuery({ name, id });

async function expectWell(): Promise<void> {
  await using client = await TcpClient.open(aya.port);
  expect((await client.ask('www.example.com')).addresses).toEqual(['192.0.2.1']);
}

describe.concurrent('queries on a connection', () => {
  test('are answered when they come byte by byte', async () => {
    await using client = await TcpClient.open(aya.port);
    const answer = client.receive(7);
    for (const octet of framed(query(7))) {
      await client.write(Buffer.of(octet));
      await setImmediate(); // a segment each, as there is no delay to collect them in
    }
    expect(decodeResponse(await answer).addresses).toEqual(['192.0.2.1']);
  });

  test('are all answered when many come in one segment, and a part of the next', async () => {
    await using client = await TcpClient.open(aya.port);
    const ids = Array.from({ length: 30 }, (_, id) => id);
    const answers = ids.map((id) => client.receive(id));
    const octets = Buffer.concat(ids.map((id) => framed(query(id))));
    await client.write(octets.subarray(0, -10));
    await Promise.all(answers.slice(0, -1));
    await client.write(octets.subarray(-10));
    expect(decodeResponse((await answers.at(-1)) ?? Buffer.alloc(0)).addresses).toEqual(['192.0.2.1']);
  });

  test('are answered one after the other for as long as the client keeps it', async () => {
    await using client = await TcpClient.open(aya.port);
    for (let round = 0; round < 50; round++)
      expect((await client.ask('www.example.com')).addresses).toEqual(['192.0.2.1']);
  });

  test('are all answered, though the client reads nothing before it has said that they are the last', async () => {
    await using client = await TcpClient.open(aya.port);
    // 25 MB of answers, which no buffer on the way holds.
    const queries = Array.from({ length: 1000 }, (_, id) => encodeQuery({ name: 'text.example.com', type: 'TXT', id }));
    const answers = queries.map((query) => client.receive(query.readUInt16BE(0)));
    client.socket.pause();
    await new Promise<void>((resolve) => client.socket.end(Buffer.concat(queries.map(framed)), resolve));
    await expectWell();
    client.socket.resume();
    for (const answer of await Promise.all(answers)) expect(answer.length).toBeGreaterThan(25_000);
    await client.closed;
  });

  test('are answered on 200 connections at once', async () => {
    const clients = await Promise.all(Array.from({ length: 200 }, () => TcpClient.open(aya.port)));
    const answers = await Promise.all(clients.map((client) => client.ask('www.example.com')));
    for (const { addresses } of answers) expect(addresses).toEqual(['192.0.2.1']);
    await Promise.all(clients.map((client) => client[Symbol.asyncDispose]()));
  });
});

describe.concurrent('what is no query', () => {
  test.each([
    ['half a message', framed(query(1)).subarray(0, -5)],
    ['half a length', Buffer.of(0)],
    ['a length, and nothing', Buffer.of(0xff, 0xff)],
  ])('%s, then the end of it: the connection is closed, unanswered', async (_, octets) => {
    await using client = await TcpClient.open(aya.port);
    client.socket.end(octets);
    await client.closed;
    expect(client.strays).toEqual([]);
    await expectWell();
  });

  test.each([
    ['an empty message', Buffer.of(0, 0)],
    ['less than a header', framed(Buffer.alloc(11))],
  ])('%s: the connection is closed, with the answer to what came before', async (_, octets) => {
    await using client = await TcpClient.open(aya.port);
    const answer = client.receive(7);
    await client.write(Buffer.concat([framed(query(7)), octets, framed(query(8))]));
    expect(decodeResponse(await answer).addresses).toEqual(['192.0.2.1']);
    await client.closed;
    expect(client.strays).toEqual([]);
    await expectWell();
  });

  test('a response is passed over, and the query behind it answered', async () => {
    await using client = await TcpClient.open(aya.port);
    await client.write(framed(Buffer.from('000a80000000000000000000', 'hex')));
    expect((await client.ask('www.example.com')).addresses).toEqual(['192.0.2.1']);
    expect(client.strays).toEqual([]);
  });

  test('a megabyte of garbage does the server no harm', async () => {
    await using client = await TcpClient.open(aya.port);
    let state = 1; // the octets are those of a fixed generator
    const garbage = Uint8Array.from({ length: 1 << 20 }, () => {
      state = Math.imul(state, 1_103_515_245) + 12_345;
      return state >> 16;
    });
    client.socket.end(garbage);
    await client.closed;
    await expectWell();
  });
});

describe.concurrent('an answer too large for UDP', () => {
  test.each([
    ['the addresses of a service', 'many.example.com', 'A', 128],
    ['a large RRset', 'text.example.com', 'TXT', 1],
  ] as const)('%s: TC over UDP, whole over TCP', async (_, name, type, count) => {
    const udp = await aya.ask({ name, type, payloadBytes: 4096 });
    expect(udp).toMatchObject({ rcode: 'NOERROR', flags: 'qr aa tc', answers: [] });
    await using client = await TcpClient.open(aya.port);
    const tcp = await client.ask({ name, type });
    expect(tcp).toMatchObject({ rcode: 'NOERROR', flags: 'qr aa' });
    expect(new Set(tcp.answers).size).toBe(count);
  });
});
