import { once } from 'node:events';
import { connect } from 'node:net';
import { describe, expect, test } from 'vitest';
import { serving, statusesIn, TOKEN } from './served.ts';

const LINE = '{"region":"eu","rttMs":20}';
const CLOSE = 'Host: aya\r\nConnection: close\r\n';

/** A request that asks for its connection to be closed. */
const request = (start: string, fields: string, body: string | Buffer = ''): Buffer =>
  Buffer.concat([
    Buffer.from(`${start} HTTP/1.1\r\n${CLOSE}${fields}Content-Length: ${Buffer.byteLength(body)}\r\n\r\n`, 'latin1'),
    Buffer.from(body),
  ]);
const report = (body: string | Buffer, fields = ''): Buffer => request('POST /latency/report', fields, body);
const chunked = (chunks: string): string =>
  `POST /latency/report HTTP/1.1\r\n${CLOSE}Transfer-Encoding: chunked\r\n\r\n${chunks}`;
const CHUNK = `1a\r\n${LINE}\r\n0\r\n\r\n`;

describe('what strangers send', () => {
  test.each<[what: string, sent: string | Buffer, status: number]>([
    ['a report', report(LINE), 204],
    ['one in chunks', chunked(CHUNK), 204],
    ['one with a byte order mark', report(`\uFEFF${LINE}`), 204],
    ['one for an absolute address', request('POST http://aya.example.com/latency/report', '', LINE), 204],
    ['one with a query', request('POST /latency/report?x=1', '', LINE), 204],
    ['one of HTTP/1.0', `POST /latency/report HTTP/1.0\r\nContent-Length: 26\r\n\r\n${LINE}`, 204],
    ['one that would upgrade', report(LINE, 'Connection: upgrade\r\nUpgrade: websocket\r\n'), 204],
    ['one that waits to be let in', report(LINE, 'Expect: 100-continue\r\n'), 204],
    ['one with a name twice, of which the last counts', report('{"region":"x","region":"eu","rttMs":20}'), 204],
    ['one with names of prototypes', report('{"__proto__":{"rttMs":1},"region":"eu","rttMs":20}'), 204],
    ['one that says who it is, where no proxy is believed', report(LINE, 'X-Forwarded-For: unknown\r\n'), 204],
    ['nothing', report(''), 204],
    ['what a browser asks before', request('OPTIONS /latency/report', 'Origin: https://shop.example\r\n'), 204],
    ['a look at the script', request('HEAD /latency/beacon.js', ''), 200],
  ])('%s is answered', async (_what, sent, status) => {
    using server = await serving();
    const reply = await server.said(sent);
    expect([statusesIn(reply), server.refused]).toEqual([[status], []]);
    expect(reply).toMatch(/access-control-allow-origin: \*/i);
    expect(server.taken.map(({ network }) => network).filter((network) => network !== '127.0.0.0/24')).toEqual([]);
  });

  test.each<[what: string, sent: string | Buffer, status: number, why: string]>([
    ['octets of no text', report(Buffer.from(LINE.replace('eu', '\xff\xfe'), 'latin1')), 400, 'malformed'],
    ['deep JSON', report('['.repeat(2048)), 400, 'malformed'],
    ['no number', report('{"region":"eu","rttMs":NaN}'), 400, 'malformed'],
    ['a number as text', report('{"region":"eu","rttMs":"20"}'), 400, 'malformed'],
    ['a time without end', report('{"region":"eu","rttMs":1e999}'), 400, 'absurd-time'],
    ['a time below nothing', report('{"region":"eu","rttMs":-0}'), 400, 'not-positive'],
    ['a region of a prototype', report('{"region":"__proto__","rttMs":20}'), 400, 'unknown-region'],
    ['a packed body', report(LINE, 'Content-Encoding: gzip\r\n'), 415, 'bad-encoding'],
    ['a body of many', report(LINE.repeat(100)), 413, 'too-large'],
    ['a body of very many', report('x'.repeat(4_000_000)), 413, 'too-large'],
    ['chunks of many', chunked(`3000\r\n${'x'.repeat(0x3000)}\r\n${CHUNK}`), 413, 'too-large'],
    ['extensions of chunks without end', chunked(`1a;${'x'.repeat(100_000)}\r\n`), 413, 'too-large'],
    ['many header fields', report(LINE, `${'X: y\r\n'.repeat(5000)}`), 431, 'too-large'],
    ['a long header field', report(LINE, `X: ${'y'.repeat(100_000)}\r\n`), 431, 'too-large'],
    ['another path', request('POST /', ''), 404, 'unknown-path'],
    ['a path like ours', request('POST //latency/report', ''), 404, 'unknown-path'],
    ['no path', request('OPTIONS *', ''), 404, 'unknown-path'],
    ['another method', request('PUT /latency/report', '', LINE), 405, 'bad-method'],
    ['a question for a report', request('GET /latency/report', ''), 405, 'bad-method'],
    ['a tunnel', 'CONNECT aya:80 HTTP/1.1\r\nHost: aya\r\n\r\n', 405, 'bad-method'],
    ['no host', 'POST /latency/report HTTP/1.1\r\nConnection: close\r\n\r\n', 400, 'bad-request'],
    ['no HTTP', 'hello\r\n\r\n', 400, 'bad-request'],
    ['TLS', Buffer.from('16030100c8010000c40303', 'hex'), 400, 'bad-request'],
    ['HTTP of tomorrow', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 400, 'bad-request'],
    [
      'a length below nothing',
      `POST /latency/report HTTP/1.1\r\n${CLOSE}Content-Length: -1\r\n\r\n`,
      400,
      'bad-request',
    ],
    ['two lengths', report(LINE, 'Content-Length: 5\r\n'), 400, 'bad-request'],
    ['a length and chunks', report(LINE, 'Transfer-Encoding: chunked\r\n'), 400, 'bad-request'],
    ['another expectation', report(LINE, 'Expect: wonders\r\n'), 417, 'bad-expectation'],
    ['no token', request('POST /latency/samples', '', LINE), 401, 'bad-token'],
    ['a wrong token', request('POST /latency/samples', `Authorization: Bearer ${TOKEN}0\r\n`, LINE), 401, 'bad-token'],
  ])('%s is refused, said why, and counted', async (_what, sent, status, why) => {
    using server = await serving();
    const reply = await server.said(sent);
    expect([statusesIn(reply), [...new Set(server.refused)], server.taken]).toEqual([[status], [why], []]);
    expect(reply).toContain(`"${why}"`);
  });

  test('a wait to be let in is not for who is refused', async () => {
    using server = await serving();
    const refused = request('POST /latency/samples', 'Expect: 100-continue\r\n', '').toString();
    expect(await server.said(refused.replace('Content-Length: 0', 'Content-Length: 999999'))).toMatch(
      /^HTTP\/1\.1 401/,
    );
  });
});

describe('a connection', () => {
  test('is kept after a reply, and after a refusal that left nothing', async () => {
    using server = await serving();
    const kept = (start: string, body: string): string =>
      `${start} HTTP/1.1\r\nHost: aya\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
    const reply = await server.said(
      kept('POST /latency/report', LINE),
      kept('POST /elsewhere', LINE),
      kept('POST /latency/samples', LINE),
      report(LINE),
    );
    expect(statusesIn(reply)).toEqual([204, 404, 401, 204]);
    expect(server.taken).toHaveLength(2);
  });

  test('has no more requests at once than are waited for', async () => {
    using server = await serving();
    const many = 'GET /latency/beacon.js HTTP/1.1\r\nHost: aya\r\n\r\n'.repeat(1000);
    await server.said(many);
    expect(server.refused).toEqual(['too-many-pipelined']);
  });

  test('of who sends slowly is closed, said why', async () => {
    using server = await serving({ bounds: { requestTimeoutMs: 100, checkIntervalMs: 20 } });
    expect(statusesIn(await server.said('POST /latency/report HTTP/1.1\r\nHo'))).toEqual([408]);
    const started = 'POST /latency/report HTTP/1.1\r\nHost: aya\r\nContent-Length: 26\r\n\r\n{"reg';
    expect(statusesIn(await server.said(started))).toEqual([408]);
    expect(server.refused).toEqual(['too-slow', 'too-slow']);
  });

  test('of who says nothing is closed, and not counted: browsers open some ahead', async () => {
    using server = await serving({ bounds: { requestTimeoutMs: 100, checkIntervalMs: 20 } });
    expect(await server.said()).toBe('');
    expect(server.refused).toEqual([]);
  });

  test('that ends half-way leaves nothing but its count', async () => {
    using server = await serving();
    const started = 'POST /latency/report HTTP/1.1\r\nHost: aya\r\nContent-Length: 99\r\n\r\n{"reg';
    const socket = await server.opened();
    socket.write(started);
    await server.said(report(LINE)); // comes behind it, and is taken after it
    const refusal = server.refusal();
    socket.resetAndDestroy();
    await refusal;
    expect([server.taken.length, server.refused]).toEqual([1, ['incomplete']]);
    const ended = connect({ port: server.port, host: '127.0.0.1', allowHalfOpen: true });
    ended.end(started);
    const [reply] = (await once(ended, 'data')) as [Buffer];
    expect([statusesIn(reply.toString()), server.refused]).toEqual([[400], ['incomplete', 'bad-request']]);
    ended.destroy();
  });
});

test('a network that asks too often is told when to come again', async () => {
  using server = await serving({ reportsPerMinute: 1 });
  expect(statusesIn(await server.said(report(LINE)))).toEqual([204]);
  const reply = await server.said(report(LINE));
  expect([statusesIn(reply), server.refused]).toEqual([[429], ['too-often']]);
  expect(reply).toMatch(/retry-after: 60/i);
});

test('behind a proxy the client is who the proxy says, and nobody where it says nothing that can be read', async () => {
  using server = await serving({ proxies: ['127.0.0.1'] });
  await server.said(report(LINE, 'X-Forwarded-For: 6.6.6.6\r\nX-Forwarded-For: ::ffff:203.0.113.7\r\n'));
  const reply = await server.said(report(LINE, 'X-Forwarded-For: unknown\r\n'));
  expect([statusesIn(reply), server.refused]).toEqual([[400], ['bad-network']]);
  expect(server.taken.map(({ network, source }) => [network, source])).toEqual([['203.0.113.0/24', '203.0.113.0/24']]);
});
