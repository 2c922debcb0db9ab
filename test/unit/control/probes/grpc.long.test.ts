import { once } from 'node:events';
import { createSecureServer, createServer, type Http2Server, type ServerHttp2Stream } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import { brief, configOf, failed, passed, probe, probeOnce, timedOut } from '../../../support/probing.ts';
import { misbehaviour, startServer, tlsPair } from '../../../support/servers.ts';

type Reply = (stream: ServerHttp2Stream, request: Buffer, path: string) => void;

async function start(reply: Reply, isSecure = false): Promise<{ address: string; port: number }> {
  const server: Http2Server = isSecure ? createSecureServer(tlsPair) : createServer();
  server.on('session', (session) => session.on('error', () => {}));
  server.on('stream', (stream, headers) => {
    const parts: Buffer[] = [];
    stream.on('error', () => {});
    stream.on('data', (bytes: Buffer) => parts.push(bytes));
    stream.on('end', () => reply(stream, Buffer.concat(parts), String(headers[':path'])));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return { address: '127.0.0.1', port: (server.address() as AddressInfo).port };
}

/** Answers as a server of gRPC: a message in a frame, and the status behind it. */
function saying(message: number[], status = '0'): Reply {
  return (stream) => {
    stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true });
    stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': status }));
    stream.end(Buffer.from([0, 0, 0, 0, message.length, ...message]));
  };
}

const refusing: Reply = (stream) =>
  stream.respond({ ':status': 200, 'grpc-status': '12', 'grpc-message': 'unknown service' }, { endStream: true });

const flooding: Reply = (stream) => {
  stream.respond({ ':status': 200 });
  const more = () => stream.destroyed || stream.write(Buffer.alloc(16_384), more);
  more();
};

test.each<[string, Reply, object]>([
  ['SERVING', saying([8, 1]), passed],
  ['NOT_SERVING', saying([8, 2]), failed('service is NOT_SERVING')],
  ['SERVICE_UNKNOWN', saying([8, 3]), failed('service is SERVICE_UNKNOWN')],
  ['nothing, which is UNKNOWN', saying([]), failed('service is UNKNOWN')],
  ['another message', saying([10, 1, 65]), failed('not a reply of grpc.health.v1')],
  ['an error of gRPC', refusing, failed('gRPC status 12: unknown service')],
  ['an error of gRPC behind a message', saying([8, 1], '13'), failed(/^gRPC status 13/)],
  [
    'a page of HTTP',
    (stream) => stream.respond({ ':status': 404 }, { endStream: true }),
    failed('status 404, expected 200'),
  ],
  ['more and more', flooding, failed('not a reply of grpc.health.v1')],
])('%s', async (_name, reply, expected) => {
  expect(await probe(configOf('grpc', { port: 1 }), await start(reply))).toEqual(expected);
});

test('asks for the service', async () => {
  const asked: [string, string][] = [];
  const server = await start((stream, request, path) => {
    asked.push([path, request.toString('latin1')]);
    saying([8, 1])(stream, request, path);
  });
  expect(await probe(configOf('grpc', { port: 1, service: 'shop.Cart' }), server)).toEqual(passed);
  expect(asked).toEqual([['/grpc.health.v1.Health/Check', '\0\0\0\0\x0b\x0a\x09shop.Cart']]);
});

test('over TLS', async () => {
  const server = await start(saying([8, 1]), true);
  expect(await probe(configOf('grpc', { port: 1, tls: true, verify: false }), server)).toEqual(passed);
  expect(await probe(configOf('grpc', { port: 1, tls: true }), server)).toEqual(failed(/^certificate refused/));
});

describe('survives', () => {
  test.each([
    ['silence', brief, timedOut],
    ['closing', {}, failed(/^(connection|probe failed)/)],
    ['garbage', {}, failed(/./)],
    ['bodyWithoutEnd', {}, failed(/./)],
  ] as const)('%s', async (name, schedule, expected) => {
    const config = configOf('grpc', { port: 1 }, { interval: '20s', timeout: '20s', ...schedule });
    expect(await probeOnce(await startServer(misbehaviour[name]), config)).toEqual(expected);
  });
});
