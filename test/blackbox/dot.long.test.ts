import { once } from 'node:events';
import { join } from 'node:path';
import type { ConnectionOptions } from 'node:tls';
import { describe, expect, test } from 'vitest';
import { type Aya, freePort, startAya, until } from '../support/aya.ts';
import { encodeQuery, framed, TcpClient } from '../support/dns-client.ts';
import { DOT_PAIR, openTls, PROBE_PAIR, shownName } from '../support/tls-client.ts';
import { zone } from './zone.ts';

const text = Array.from({ length: 100 }, (_, index) => `"${String(index).padStart(250, '.')}"`).join(' ');
const WORLD = zone(`www IN A 192.0.2.1\ntext IN TXT ${text}`);
const FILES = { 'dot.crt': DOT_PAIR.certificate, 'dot.key': DOT_PAIR.key };

interface Serving extends AsyncDisposable {
  readonly aya: Aya;
  readonly tlsPort: number;
}

async function start(server: Record<string, unknown> = {}, workers = 1): Promise<Serving> {
  const tlsPort = await freePort();
  const tls = { listen: `127.0.0.1:${tlsPort}`, certificate: 'dot.crt', key: 'dot.key' };
  const aya = await startAya(WORLD, { workers, files: FILES, server: { tls, ...server } });
  return { aya, tlsPort, [Symbol.asyncDispose]: () => aya[Symbol.asyncDispose]() };
}

async function expectAnswer(client: TcpClient): Promise<void> {
  expect((await client.ask('www.example.com')).addresses).toEqual(['192.0.2.1']);
}

/** The name in the certificate that a new connection is shown. */
async function nameShown(port: number): Promise<string> {
  const { client, socket } = await openTls(port);
  const name = shownName(socket);
  await client[Symbol.asyncDispose]();
  return name;
}

describe.concurrent('DNS over TLS', () => {
  test.each<[string, ConnectionOptions, string]>([
    ['TLS 1.3', {}, 'TLSv1.3'],
    ['TLS 1.2', { maxVersion: 'TLSv1.2' }, 'TLSv1.2'],
    ['no ALPN', { ALPNProtocols: undefined }, 'TLSv1.3'],
  ])('answers with %s', async (_, options, protocol) => {
    await using serving = await start();
    const { client, socket } = await openTls(serving.tlsPort, options);
    await using _client = client;
    expect(socket.getProtocol()).toBe(protocol);
    expect(socket.alpnProtocol).toBe('ALPNProtocols' in options ? false : 'dot');
    await expectAnswer(client);
  });

  test('shows a certificate that its name and issuer hold for', async () => {
    await using serving = await start();
    const options = { rejectUnauthorized: true, ca: DOT_PAIR.certificate, servername: 'dot.test' };
    await using client = (await openTls(serving.tlsPort, options)).client;
    await expectAnswer(client);
  });

  test('answers many queries of a connection, cut anywhere, and large', async () => {
    await using serving = await start();
    await using client = (await openTls(serving.tlsPort)).client;
    const ids = Array.from({ length: 300 }, (_, id) => id);
    const answers = ids.map((id) => client.receive(id));
    const octets = Buffer.concat(ids.map((id) => framed(encodeQuery({ name: 'text.example.com', type: 'TXT', id }))));
    for (let at = 0; at < octets.length; at += 1001) await client.write(octets.subarray(at, at + 1001));
    for (const answer of await Promise.all(answers)) expect(answer.length).toBeGreaterThan(25_000);
  });

  test.each<[string, ConnectionOptions]>([
    ['TLS 1.1', { minVersion: 'TLSv1.1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' }],
    ['another protocol', { ALPNProtocols: ['h2'] }],
  ])('refuses %s', async (_, options) => {
    await using serving = await start();
    await expect(openTls(serving.tlsPort, options)).rejects.toThrow();
    await using client = (await openTls(serving.tlsPort)).client;
    await expectAnswer(client);
  });

  test('hangs up on queries in the clear, and answers them at its other port', async () => {
    await using serving = await start();
    await using lost = await TcpClient.open(serving.tlsPort);
    await lost.write(framed(encodeQuery({ name: 'www.example.com' })));
    await lost.closed;
    await using client = await TcpClient.open(serving.aya.port);
    await expectAnswer(client);
  });

  test('counts connections without handshake; the one that waited longest goes', async () => {
    await using serving = await start({ tcp: { connections: 2 } });
    await using stalled = await TcpClient.open(serving.tlsPort);
    await using first = (await openTls(serving.tlsPort)).client;
    await expectAnswer(first);
    await using second = (await openTls(serving.tlsPort)).client;
    await expectAnswer(second);
    await stalled.closed;
    await expectAnswer(first);
  });

  test('hangs up on a handshake that does not go on', async () => {
    await using serving = await start({ tcp: { idle: '10m' } });
    await using stalled = await TcpClient.open(serving.tlsPort);
    await stalled.closed;
  });

  test('resumes a session at any worker', async () => {
    await using serving = await start({}, 3);
    const { client, socket } = await openTls(serving.tlsPort, { maxVersion: 'TLSv1.2' });
    await expectAnswer(client);
    const session = socket.getSession();
    await client[Symbol.asyncDispose]();
    for (let round = 0; round < 12; round++) {
      const again = await openTls(serving.tlsPort, { maxVersion: 'TLSv1.2', ...(session && { session }) });
      expect(again.socket.isSessionReused()).toBe(true);
      await again.client[Symbol.asyncDispose]();
    }
  });

  test('ends with its last answers when the server stops', async () => {
    await using serving = await start();
    const { client, socket } = await openTls(serving.tlsPort);
    await expectAnswer(client);
    const ended = once(socket, 'end'); // in order, not by a reset
    serving.aya.signal('SIGTERM');
    await ended;
    await client.closed;
    expect(await serving.aya.exited).toBe(0);
  });
});

describe.concurrent('a certificate that is replaced', () => {
  test('is shown from then on; what is connected stays, and no query is lost', async () => {
    await using serving = await start();
    const { aya, tlsPort } = serving;
    const { client, socket } = await openTls(tlsPort);
    await using _client = client;
    expect(shownName(socket)).toBe('dot.test');
    let isReplaced = false;
    const asking = (async () => {
      while (!isReplaced) await expectAnswer(client);
    })();
    await aya.write('dot.crt', PROBE_PAIR.certificate);
    await aya.write('dot.key', PROBE_PAIR.key);
    await until(async () => (await nameShown(tlsPort)) === 'probe.test');
    isReplaced = true;
    await asking;
    await expectAnswer(client);
  });

  test('by one that its key does not fit is refused, until it does', async () => {
    await using serving = await start();
    const { aya, tlsPort } = serving;
    await aya.write('dot.crt', PROBE_PAIR.certificate);
    const refusal = await aya.waitFor(({ msg }) => msg === 'reload refused');
    expect(refusal).toMatchObject({ code: 'key-mismatch', file: join(aya.folder, 'aya.yaml') });
    expect(await nameShown(tlsPort)).toBe('dot.test');
    await aya.write('dot.key', PROBE_PAIR.key);
    await until(async () => (await nameShown(tlsPort)) === 'probe.test');
  });
});

test('TLS can be taken up and left at a reload', async () => {
  await using aya = await startAya(WORLD, { files: FILES });
  const tlsPort = await freePort();
  await aya.configure(WORLD, {
    server: { tls: { listen: `127.0.0.1:${tlsPort}`, certificate: 'dot.crt', key: 'dot.key' } },
  });
  expect((await aya.reload()).msg).toBe('reloaded');
  await using client = (await openTls(tlsPort)).client;
  await expectAnswer(client);
  await aya.configure(WORLD);
  expect((await aya.reload()).msg).toBe('reloaded');
  await client.closed;
  await expect(TcpClient.open(tlsPort)).rejects.toThrow('ECONNREFUSED');
});
