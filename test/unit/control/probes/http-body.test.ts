import { describe, expect, test } from 'vitest';
import { brief, configOf, failed, passed, patient, probeOnce, timedOut } from '../../../support/probing.ts';
import { answering, type Behaviour, startServer } from '../../../support/servers.ts';

function page(body: string, more = ''): Behaviour {
  return answering(() => `HTTP/1.1 200 OK\r\n${more}Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
}

function chunked(...chunks: string[]): Behaviour {
  const text = [...chunks, ''].map((chunk) => `${Buffer.byteLength(chunk).toString(16)};x=y\r\n${chunk}\r\n`);
  return answering(() => `HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n${text.join('')}`);
}

/** A page that goes on and on. */
function endless(start: string): Behaviour {
  return (socket) => {
    socket.write(`HTTP/1.1 200 OK\r\n\r\n${start}`);
    const more = () => socket.destroyed || socket.write('x'.repeat(10_000), more);
    more();
  };
}

/** A page that begins and does not go on. */
function stuck(start: string): Behaviour {
  return (socket) => {
    socket.resume();
    socket.write(`HTTP/1.1 200 OK\r\n\r\n${start}`);
  };
}

const health = JSON.stringify({ status: 'ok', checks: [{ name: 'a b', n: 3 }], flag: true, none: null });

describe('judges the body', () => {
  test.each<[string, object, Behaviour, object]>([
    ['contains', { contains: 'ok' }, page('all ok here'), passed],
    ['contains not', { contains: 'ok' }, page('all bad'), failed('body without "ok"')],
    ['text of several octets', { contains: 'grün' }, page('alles grün'), passed],
    ['chunks, and text across them', { contains: 'abcd' }, chunked('xab', 'cdy'), passed],
    ['chunks without it', { contains: 'abcd' }, chunked('ab', 'xcd'), failed('body without "abcd"')],
    ['a body that ends with its connection', { contains: 'ok' }, answering(() => 'HTTP/1.0 200 OK\r\n\r\nok'), passed],
    ['text at the beginning of an endless body', { contains: 'ok' }, endless('ok'), passed],
    ['no text in the first 64 KiB of an endless body', { contains: 'ok' }, endless(''), failed('body without "ok"')],
    ['text in a body that stops', { contains: 'ok' }, stuck('it is ok'), passed],
    ['an expression', { matches: '^o+k$' }, page('oook'), passed],
    ['an expression that does not match', { matches: '^o+k$' }, page('nook'), failed('body does not match ^o+k$')],
    ['a value', { json: 'status', equals: 'ok' }, page(health), passed],
    ['a number in a list', { json: 'checks[0].n', equals: 3 }, page(health), passed],
    ['true', { json: 'flag', equals: true }, page(health), passed],
    ['null', { json: 'none', equals: null }, page(health), passed],
    ['another value', { json: 'status', equals: 'up' }, page(health), failed('body has "ok", expected "up"')],
    ['no value', { json: 'checks[1].n', equals: 3 }, page(health), failed('body has nothing, expected 3')],
    [
      'what every object has',
      { json: 'constructor.name', equals: 'Object' },
      page(health),
      failed(/^body has nothing/),
    ],
    ['no JSON', { json: 'a', equals: 1 }, page('<html>'), failed('body is not JSON')],
    ['JSON nested too deeply', { json: 'a', equals: 1 }, page('['.repeat(60_000)), failed('body is not JSON')],
    [
      'JSON that is too large',
      { json: 'a', equals: 1 },
      page(`"${'x'.repeat(70_000)}"`),
      failed('body too large for JSON'),
    ],
    [
      'a body cut short',
      { contains: 'ok' },
      answering(() => 'HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nno'),
      failed('connection closed within the answer'),
    ],
    [
      'a chunk without size',
      { contains: 'ok' },
      answering(() => 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n'),
      failed('not HTTP: no chunk'),
    ],
  ])('%s', async (_name, body, behaviour, expected) => {
    expect(await probeOnce(await startServer(behaviour), configOf('http', { body }))).toEqual(expected);
  });

  test('a status that is not expected comes first', async () => {
    const server = await startServer(answering(() => 'HTTP/1.1 500 No\r\n\r\nok'));
    const config = configOf('http', { body: { contains: 'ok' } });
    expect(await probeOnce(server, config)).toEqual(failed('status 500, expected 200'));
  });

  test('what does not come in time is not waited for', async () => {
    const config = configOf('http', { body: { contains: 'ok' } }, brief);
    expect(await probeOnce(await startServer(stuck('o')), config)).toEqual(timedOut);
  });

  test('a body made to keep the matcher busy costs its probe, and soon', async () => {
    const config = configOf('http', { body: { matches: 'a*b' } });
    const result = await probeOnce(await startServer(page('a'.repeat(65_000))), config);
    expect(result).toEqual(failed(/^(body takes too long to match|no time to match)/, expect.any(String)));
  });
});

describe('redirects', () => {
  /** Redirects from / to a place made of the server's own port, and answers 200 elsewhere. */
  async function redirecting(to: (port: number) => string, options: object = { redirects: 2 }): Promise<object> {
    const server = await startServer(
      answering((head) => {
        if (!head.startsWith('GET / ')) return 'HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n';
        return `HTTP/1.1 302 Found\r\nLocation: ${to(server.port)}\r\n\r\n`;
      }),
    );
    return probeOnce(server, configOf('http', options, patient));
  }

  test.each<[string, (port: number) => string, object]>([
    ['a path', () => '/ok', passed],
    ['a relative path', () => 'ok?x=1', passed],
    ['the address itself', (port) => `http://127.0.0.1:${port}/ok`, passed],
    ['another host', () => 'http://evil.test/ok', failed('redirected to another host: evil.test')],
    ['another address', () => 'http://127.0.0.2/ok', failed('redirected to another host: 127.0.0.2')],
    ['itself, for ever', () => '/', failed('redirected too often')],
    ['another scheme', () => 'ftp://127.0.0.1/', failed('redirected to what is no address of HTTP')],
    ['nonsense', () => 'http://[', failed('redirected to what is no address of HTTP')],
  ])('to %s', async (_name, to, expected) => {
    expect(await redirecting(to)).toEqual(expected);
  });

  test('of a host that is named stay with it, and with the port that is probed', async () => {
    expect(await redirecting(() => 'http://app.test/ok', { redirects: 1, host: 'app.test' })).toEqual(passed);
  });
});
