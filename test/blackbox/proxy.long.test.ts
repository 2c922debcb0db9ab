import { once } from 'node:events';
import { connect as tcpConnect } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Aya, freePort, startAya } from '../support/aya.ts';
import { decodeResponse, encodeQuery, framed, TcpClient, UdpClient } from '../support/dns-client.ts';
import { type HeaderFields, proxyHeader } from '../support/proxy-header.ts';
import { DOT_PAIR, openTls } from '../support/tls-client.ts';
import { servingOver, UDP_TRANSPORTS } from '../support/udp-transports.ts';
import { zone } from './zone.ts';

/** By where the client is; the proxies themselves are elsewhere. */
const WORLD = `
geo: { networks: { four: 203.0.113.0/24, six: "2001:db8:7::/48" } }
regions: { four: {}, six: {}, other: {} }
policies:
  by-map: [{ map: [{ from: { network: four }, to: [four] }, { from: { network: six }, to: [six] }, { to: [other] }] }]
services:
  web: { policy: by-map, endpoints: { four: { a: 192.0.2.4 }, six: { a: 192.0.2.6 }, other: { a: 192.0.2.99 } } }
${zone('www SERVICE web')}`;

const PROXY = '127.0.7.1';
const QUERY = encodeQuery({ name: 'www.example.com', id: 7 });

let aya: Aya;
let tlsPort: number;
beforeAll(async () => {
  tlsPort = await freePort();
  aya = await startAya(WORLD, {
    workers: 2,
    files: { 'dot.crt': DOT_PAIR.certificate, 'dot.key': DOT_PAIR.key },
    server: {
      proxyProtocol: ['127.0.7.0/24'],
      tcp: { perNetwork: 3 },
      tls: { listen: `127.0.0.1:${tlsPort}`, certificate: 'dot.crt', key: 'dot.key' },
    },
  });
});
afterAll(() => aya?.[Symbol.asyncDispose]());

async function overTcp(header: Buffer): Promise<string> {
  await using client = await TcpClient.open(aya.port, '127.0.0.1', PROXY);
  const answer = client.receive(7);
  await client.write(Buffer.concat([header, framed(QUERY)]));
  return decodeResponse(await answer).addresses.join();
}

async function overUdp(header: Buffer): Promise<string> {
  await using client = await UdpClient.open(aya.port, '127.0.0.1', PROXY);
  const answer = client.receive(7);
  await client.send(Buffer.concat([header, QUERY]));
  return decodeResponse(await answer).addresses.join();
}

async function overTls(header: Buffer): Promise<string> {
  const socket = tcpConnect({ port: tlsPort, host: '127.0.0.1', localAddress: PROXY });
  await once(socket, 'connect');
  socket.write(header);
  await using client = (await openTls(tlsPort, { socket })).client;
  return (await client.ask('www.example.com')).addresses.join();
}

const WAYS = { TCP: overTcp, UDP: overUdp, TLS: overTls };

describe.each(Object.entries(WAYS))('a proxy over %s', (_, ask) => {
  test.each<[string, HeaderFields, string]>([
    ['an IPv4 client', { source: '203.0.113.7' }, '192.0.2.4'],
    ['an IPv6 client', { source: '2001:db8:7::7' }, '192.0.2.6'],
    ['a client that came by UDP', { source: '203.0.113.7', familyTransport: 0x12 }, '192.0.2.4'],
    ['a client elsewhere', { source: '198.51.100.7' }, '192.0.2.99'],
    ['itself', { versionCommand: 0x20, source: '203.0.113.7' }, '192.0.2.99'],
    ['a client, with remarks', { source: '203.0.113.7', remarks: Buffer.alloc(500, 4) }, '192.0.2.4'],
  ])('asks for %s', async (_, fields, address) => {
    expect(await ask(proxyHeader(fields))).toBe(address);
  });
});

const BAD: [string, Buffer][] = [
  ['no header', Buffer.of()],
  ['version 1', Buffer.from('PROXY TCP4 203.0.113.7 192.0.2.1 49152 53\r\n')],
  ['no family', proxyHeader({ familyTransport: 0 })],
  ['a Unix socket', proxyHeader({ familyTransport: 0x31, remarks: Buffer.alloc(192) })],
  ['IPv6 with the addresses of IPv4', proxyHeader({ familyTransport: 0x21 })],
];

describe('a proxy that sends', () => {
  test.each(BAD)('%s is hung up on', async (_, header) => {
    await using client = await TcpClient.open(aya.port, '127.0.0.1', PROXY);
    await client.write(Buffer.concat([header, framed(QUERY)]));
    await client.closed;
    expect(client.strays).toEqual([]);
  });

  test.each([...BAD, ['half a header', proxyHeader({ announced: 1000 })] as const])(
    '%s in a datagram is not answered',
    async (_, header) => {
      await using client = await UdpClient.open(aya.port, '127.0.0.1', PROXY);
      await client.send(Buffer.concat([header, QUERY]));
      // One socket's datagrams are taken in their order: what is answered next shows that this was not.
      const answer = client.receive(8);
      await client.send(Buffer.concat([proxyHeader(), encodeQuery({ name: 'www.example.com', id: 8 })]));
      await answer;
      expect(client.strays).toEqual([]);
    },
  );

  test('a header octet by octet is understood', async () => {
    await using client = await TcpClient.open(aya.port, '127.0.0.1', PROXY);
    const answer = client.receive(7);
    for (const octet of Buffer.concat([proxyHeader(), framed(QUERY)])) await client.write(Buffer.of(octet));
    expect(decodeResponse(await answer).addresses).toEqual(['192.0.2.4']);
  });

  test('half a header, and then its end, is let go', async () => {
    await using client = await TcpClient.open(aya.port, '127.0.0.1', PROXY);
    client.socket.end(proxyHeader().subarray(0, 20));
    await client.closed;
  });

  test('too many connections of one client network loses those, and no others', async () => {
    const open = async (source: string): Promise<boolean> => {
      const client = await TcpClient.open(aya.port, '127.0.0.1', PROXY);
      clients.push(client);
      const isAnswered = client.receive(7).then(() => true);
      isAnswered.catch(() => {}); // refused: nothing comes
      await client.write(Buffer.concat([proxyHeader({ source }), framed(QUERY)]));
      return await Promise.race([isAnswered, client.closed.then(() => false)]);
    };
    const clients: TcpClient[] = [];
    const sources = ['203.0.113.1', '203.0.113.2', '203.0.113.3', '203.0.113.4', '198.51.100.1', '::ffff:203.0.113.9'];
    const outcomes: boolean[] = [];
    for (const source of sources) outcomes.push(await open(source));
    expect(outcomes).toEqual([true, true, true, false, true, false]);
    await Promise.all(clients.map((client) => client[Symbol.asyncDispose]()));
  });
});

test.each(UDP_TRANSPORTS)('what has no header is counted as ignored over %s', async (udp) => {
  const setting = { command: servingOver(udp), server: { proxyProtocol: ['127.0.0.0/8'] } };
  await using server = await startAya(zone('www IN A 192.0.2.1'), setting);
  await using client = await UdpClient.open(server.port);
  const answer = client.receive(7);
  await client.send(QUERY);
  await client.send(Buffer.concat([proxyHeader(), QUERY]));
  await answer;
  server.signal('SIGTERM');
  const { connections } = await server.waitFor(({ msg }) => msg === 'stopped');
  expect(connections).toMatchObject({ received: 2, udpIpv4: 2, sent: 1, ignored: 1, proxyHeadersBad: 1 });
});

describe('others', () => {
  test('need no header', async () => {
    await using client = await TcpClient.open(aya.port);
    expect((await client.ask('www.example.com')).addresses).toEqual(['192.0.2.99']);
    expect((await aya.ask('www.example.com')).addresses).toEqual(['192.0.2.99']);
  });

  test('are not believed if they send one', async () => {
    await using client = await UdpClient.open(aya.port);
    await client.send(Buffer.concat([proxyHeader(), QUERY]));
    await client.ask('www.example.com');
    for (const stray of client.strays) expect(stray.readUInt16BE(6)).toBe(0);
  });
});
