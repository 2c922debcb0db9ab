import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import { describe, expect, test } from 'vitest';
import { configOf, failed, passed, probeOnce } from '../../../support/probing.ts';
import { type Behaviour, startServer, startTlsServer, tlsPair } from '../../../support/servers.ts';

/** Says something as soon as something is said to it. */
function replying(reply: string | Buffer): Behaviour {
  return (socket) => void socket.once('data', () => socket.write(reply));
}

/** A message of PostgreSQL: its type, its length, its content. */
function message(type: string, content: string): Buffer {
  const head = Buffer.alloc(5);
  head.write(type, 0, 'latin1');
  head.writeUInt32BE(4 + content.length, 1);
  return Buffer.concat([head, Buffer.from(content, 'latin1')]);
}

const authentication = message('R', '\0\0\0\x0a');
const error = (code: string) => message('E', `SFATAL\0C${code}\0Mthe database system says so\0\0`);

/** A packet of MySQL: its length, its number, its content. */
function packet(content: string): Buffer {
  return Buffer.concat([
    Buffer.from([content.length & 0xff, content.length >> 8, 0, 0]),
    Buffer.from(content, 'latin1'),
  ]);
}

const handshake = (flags: string) => packet(`\x0a8.4.0\0\x01\0\0\0nonce678\0${flags}\x2d\x02\0\xff\xc1`);
const withTls = handshake('\xff\xff');
const withoutTls = handshake('\xff\xf7');

describe('over tcp', () => {
  test.each<[string, string, Behaviour, object]>([
    ['postgresql', 'asks who is there', replying(authentication), passed],
    ['postgresql', 'knows nobody of that name', replying(error('28000')), passed],
    ['postgresql', 'starts up', replying(error('57P03')), failed('PostgreSQL says 57P03: the database system says so')],
    ['postgresql', 'has no connection left', replying(error('53300')), failed(/^PostgreSQL says 53300/)],
    ['postgresql', 'is something else', replying('SSH-2.0-x\r\n'), failed('not PostgreSQL')],
    [
      'postgresql',
      'has a length without sense',
      replying(Buffer.from('E\xff\xff\xff\xff', 'latin1')),
      failed('not PostgreSQL'),
    ],
    ['mysql', 'greets', (socket) => void socket.write(withTls), passed],
    [
      'mysql',
      'has no connection left',
      (socket) => void socket.write(packet('\xff\x10\x04Too many connections')),
      failed('MySQL says 1040: Too many connections'),
    ],
    ['mysql', 'is something else', (socket) => void socket.write('SSH-2.0-x\r\n'), failed('not MySQL')],
    ['redis', 'answers', replying('+PONG\r\n'), passed],
    ['redis', 'wants a password', replying('-NOAUTH Authentication required.\r\n'), passed],
    ['redis', 'loads', replying('-LOADING Redis is loading\r\n'), failed('Redis says LOADING Redis is loading')],
    ['redis', 'is something else', replying('HTTP/1.1 400 Bad\r\n\r\n'), failed('not Redis')],
    ['redis', 'never ends its line', replying(`+${'x'.repeat(5_000)}`), failed('not Redis')],
  ])('%s %s', async (preset, _name, behaviour, expected) => {
    expect(await probeOnce(await startServer(behaviour), configOf('tcp', { preset }))).toEqual(expected);
  });
});

/** Reads a request of so many octets in the clear, says `consent`, and goes on in TLS. */
function startingTls(greeting: Buffer | undefined, requestBytes: number, consent: string, then: Behaviour): Behaviour {
  return (socket) => {
    if (greeting !== undefined) socket.write(greeting);
    let heard = Buffer.alloc(0);
    const onData = (bytes: Buffer): void => {
      heard = Buffer.concat([heard, bytes]);
      if (heard.length < requestBytes) return;
      socket.off('data', onData).pause();
      socket.unshift(heard.subarray(requestBytes));
      socket.write(consent);
      then(encrypted(socket));
    };
    socket.on('data', onData);
  };
}

function encrypted(socket: Socket): Socket {
  return new TLSSocket(socket, { isServer: true, ...tlsPair }).on('error', () => {});
}

describe('over tls', () => {
  const unverified = { verify: false };
  const postgresql = startingTls(undefined, 8, 'S', replying(authentication));
  const mysql = startingTls(withTls, 36, '', (socket) => void socket.resume());

  test.each<[string, string, Behaviour, object]>([
    ['postgresql', 'agrees, and asks who is there', postgresql, passed],
    ['postgresql', 'does not offer it', replying('N'), failed('TLS failed: not offered')],
    ['postgresql', 'says more than it may in the clear', replying('Sx'), failed('not PostgreSQL')],
    ['mysql', 'greets and agrees', mysql, passed],
    ['mysql', 'does not offer it', (socket) => void socket.write(withoutTls), failed('TLS failed: not offered')],
  ])('%s %s', async (preset, _name, behaviour, expected) => {
    expect(await probeOnce(await startServer(behaviour), configOf('tls', { preset, ...unverified }))).toEqual(expected);
  });

  test('redis', async () => {
    const server = await startTlsServer(replying('+PONG\r\n'));
    expect(await probeOnce(server, configOf('tls', { preset: 'redis', ...unverified }))).toEqual(passed);
  });

  test('the certificate counts', async () => {
    const result = await probeOnce(await startServer(postgresql), configOf('tls', { preset: 'postgresql' }));
    expect(result).toEqual(failed(/^certificate refused/));
  });
});
