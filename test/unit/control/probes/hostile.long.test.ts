import { describe, expect, test } from 'vitest';
import type { RunnableConfig } from '../../../../src/health/schema.ts';
import { brief, configOf, failed, probe, probeOnce, timedOut } from '../../../support/probing.ts';
import { type Behaviour, misbehaviour, startServer, withStatus } from '../../../support/servers.ts';

/** Kinds on a stream, so demanding that nothing below can satisfy them. */
const demanding: Readonly<Record<string, RunnableConfig>> = {
  http: configOf('http', { redirects: 3, body: { contains: 'never said' } }, brief),
  https: configOf('https', { verify: false, body: { matches: 'never said' } }, brief),
  tcp: configOf('tcp', { port: 1, send: 'GET / HTTP/1.1\r\n\r\n', expect: 'never said' }, brief),
  tls: configOf('tls', { port: 1, verify: false }, brief),
  grpc: configOf('grpc', { port: 1 }, brief),
  dns: configOf('dns', { name: 'example.com', over: 'tcp' }, brief),
  postgresql: configOf('tcp', { preset: 'postgresql' }, brief),
  mysql: configOf('tcp', { preset: 'mysql' }, brief),
  redis: configOf('tcp', { preset: 'redis' }, brief),
};

const hostile: Readonly<Record<string, Behaviour>> = {
  ...misbehaviour,
  octetBySecond: (socket) => {
    socket.resume();
    const timer = setInterval(() => socket.write('H'), 1_000);
    socket.on('close', () => clearInterval(timer));
  },
  redirectLoop: (socket) => {
    socket.once('data', () => socket.end('HTTP/1.1 302 Found\r\nLocation: /\r\nContent-Length: 0\r\n\r\n'));
  },
};

describe.each(Object.entries(demanding))('%s', (_kind, config) => {
  test.each(Object.keys(hostile))('%s', async (name) => {
    const result = await probeOnce(await startServer(hostile[name]!), config);
    expect(result).toEqual(failed(/./, expect.stringMatching(/^(?:endpoint|stall)$/)));
  });
});

test('100 MB of headers cost no more than 16 KiB of them', async () => {
  let sentBytes = 0;
  const line = Buffer.from(`x-filler: ${'y'.repeat(8_000)}\r\n`);
  const server = await startServer((socket) => {
    socket.resume().write('HTTP/1.1 200 OK\r\n');
    const more = () => {
      if (socket.destroyed || sentBytes > 100_000_000) return;
      sentBytes += line.length;
      socket.write(line, more);
    };
    more();
  });
  expect(await probeOnce(server, configOf('http', {}))).toEqual(failed('headers too large'));
  // What the two sockets' buffers hold was written and never read.
  expect(sentBytes).toBeLessThan(20_000_000);
});

test('a hundred hostile endpoints leave the probes of others alone', async () => {
  const bad = await startServer(misbehaviour.silence);
  const good = await startServer(withStatus(200));
  const config = configOf('http', {}, brief);
  const results = Array.from({ length: 100 }, () => probe(config, bad));
  expect(await probeOnce(good, config)).toEqual({ ok: true, durationMs: expect.any(Number) });
  expect(await Promise.all(results)).toEqual(results.map(() => timedOut));
  await bad.idle();
  await bad.close();
});
