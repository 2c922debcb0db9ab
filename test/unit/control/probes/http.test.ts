import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { runProbe } from '../../../../src/control/probes/run.ts';
import { StallMeter } from '../../../../src/control/probes/stall.ts';
import { systemClock } from '../../../../src/util/clock.ts';
import {
  brief,
  configOf as config,
  failed,
  kinds,
  passed,
  patient,
  probe,
  probeOnce,
  timedOut,
} from '../../../support/probing.ts';
import {
  answering,
  type Behaviour,
  closedPort,
  misbehaviour,
  startServer,
  startTlsServer,
  tlsPair,
  withStatus,
} from '../../../support/servers.ts';

const runner = { clock: systemClock, kinds, stalls: new StallMeter(systemClock) };

describe('judges the status', () => {
  test.each<[string, object, Behaviour, object]>([
    ['200 by default', {}, withStatus(200), passed],
    ['503', {}, withStatus(503), failed('status 503, expected 200')],
    ['a redirect, which is not followed', {}, withStatus(302, 'Location: /ok\r\n'), failed('status 302, expected 200')],
    ['a redirect that is expected', { status: 302 }, withStatus(302, 'Location: /ok\r\n'), passed],
    ['one of a list', { status: [200, 204] }, withStatus(204), passed],
    ['none of a list', { status: [204, 200] }, withStatus(500), failed('status 500, expected 200 or 204')],
    ['one in a range', { status: ['200-204', 301] }, withStatus(203), passed],
    ['none in a range', { status: ['200-204', 301] }, withStatus(300), failed('status 300, expected 200-204 or 301')],
    ['HEAD', { method: 'HEAD' }, withStatus(200), passed],
    ['after an interim answer', {}, answering(() => 'HTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 200 OK\r\n\r\n'), passed],
    ['HTTP/1.0 without headers', {}, answering(() => 'HTTP/1.0 200 OK\r\n\r\n'), passed],
  ])('%s', async (_name, options, behaviour, expected) => {
    expect(await probeOnce(await startServer(behaviour), config('http', options))).toEqual(expected);
  });
});

describe('survives an endpoint that misbehaves', () => {
  const broken = failed(/^connection (closed|reset)/);
  const expected = {
    silence: [brief, timedOut],
    closing: [patient, broken],
    closingAfterRequest: [patient, broken],
    resetting: [patient, broken],
    resettingAfterRequest: [patient, broken],
    dripping: [brief, timedOut],
    garbage: [patient, failed(/^not HTTP: /)],
    bodyWithoutEnd: [patient, passed],
    bodyThatNeverComes: [patient, passed],
    headersWithoutEnd: [patient, failed('headers too large')],
    oneHeaderWithoutEnd: [patient, failed('headers too large')],
    interimWithoutEnd: [patient, failed('too many interim answers')],
    switchingProtocols: [patient, failed('not HTTP: status 101')],
  } satisfies Record<keyof typeof misbehaviour, [object, object]>;

  test.each(Object.entries(expected))('%s', async (name, [schedule, result]) => {
    const server = await startServer(misbehaviour[name as keyof typeof misbehaviour]);
    expect(await probeOnce(server, config('http', {}, schedule))).toEqual(result);
    expect(server.accepted()).toBe(1);
  });

  test.each<[string, Behaviour, object, object]>([
    ['a TLS handshake that never goes on', misbehaviour.silence, brief, timedOut],
    ['a close instead of the TLS handshake', misbehaviour.closing, patient, broken],
    [
      'plain HTTP instead of TLS',
      (socket) => socket.resume().end('HTTP/1.1 400 No\r\n\r\n'),
      patient,
      failed(/^TLS failed: /),
    ],
  ])('%s', async (_name, behaviour, schedule, result) => {
    expect(await probeOnce(await startServer(behaviour), config('https', {}, schedule))).toEqual(result);
  });

  test('nobody listens', async () => {
    const target = { address: '127.0.0.1', port: await closedPort() };
    expect(await probe(config('http', {}), target)).toEqual(failed('connection refused'));
  });

  test('an address that is none', async () => {
    const result = await probe(config('http', {}), { address: '127.0.0.1', port: 70_000 });
    expect(result).toEqual({ ...failed(/^probe failed: /), thrown: expect.any(RangeError) });
  });
});

describe('asks for', () => {
  async function headOf(options: object, address = '127.0.0.1'): Promise<{ lines: string[]; port: number }> {
    let lines: string[] = [];
    const server = await startServer(
      answering((head) => {
        lines = head.trimEnd().split('\r\n');
        return 'HTTP/1.1 200 OK\r\n\r\n';
      }),
      0,
      address,
    );
    expect(await probeOnce(server, config('http', options))).toEqual(passed);
    return { lines, port: server.port };
  }

  test('the root of the address, as aya-probe, on a connection that closes', async () => {
    const { lines, port } = await headOf({});
    expect(lines[0]).toBe('GET / HTTP/1.1');
    expect(lines.slice(1).map((line) => line.toLowerCase())).toEqual(
      expect.arrayContaining([`host: 127.0.0.1:${port}`, 'user-agent: aya-probe', 'connection: close']),
    );
  });

  test('what the options say', async () => {
    const headers = { 'User-Agent': 'mine', 'X-Key': 'a b' };
    const { lines } = await headOf({ path: '/healthz?deep=1', host: 'app.example', method: 'HEAD', headers });
    expect(lines[0]).toBe('HEAD /healthz?deep=1 HTTP/1.1');
    expect(lines).toEqual(expect.arrayContaining(['host: app.example', 'User-Agent: mine', 'X-Key: a b']));
    expect(lines.join()).not.toContain('aya-probe');
  });

  test('an IPv6 address in brackets', async ({ skip }) => {
    const { lines, port } = await headOf({}, '::1').catch((error) => {
      if (error.code !== 'EADDRNOTAVAIL' && error.code !== 'EAFNOSUPPORT') throw error;
      return skip('this machine has no IPv6 loopback');
    });
    expect(lines).toContain(`host: [::1]:${port}`);
  });
});

describe('over TLS', () => {
  const authorities = getCACertificates('default');

  test.each([
    [
      'a certificate of no known authority',
      { host: 'probe.test' },
      failed('certificate refused: self-signed certificate'),
    ],
    ['verify: false takes any', { host: 'probe.test', verify: false }, passed],
    ['verify: false takes one for another name', { verify: false }, passed],
  ])('%s', async (_name, options, result) => {
    expect(await probeOnce(await startTlsServer(withStatus(200)), config('https', options))).toEqual(result);
  });

  describe('where the authority is known', () => {
    beforeAll(() => setDefaultCACertificates([...authorities, tlsPair.cert.toString()]));
    afterAll(() => setDefaultCACertificates(authorities));

    test.each([
      ['the certificate is for the host', { host: 'probe.test' }, passed],
      ['the port in a host is no part of its name', { host: 'probe.test:8443' }, passed],
      ['the certificate is for another host', { host: 'other.test' }, failed(/^certificate refused: .*other\.test/)],
      ['the certificate is not for the address', {}, failed(/^certificate refused: .*127\.0\.0\.1/)],
      ['the status counts', { host: 'probe.test', status: 204 }, failed('status 200, expected 204')],
    ])('%s', async (_name, options, result) => {
      expect(await probeOnce(await startTlsServer(withStatus(200)), config('https', options))).toEqual(result);
    });
  });
});

test('an abort ends the probe at once, with its reason', async () => {
  const server = await startServer((socket) => {
    socket.resume();
    abort.abort('no longer probed');
  });
  onTestFinished(() => server.close());
  const abort = new AbortController();
  expect(await runProbe(runner, config('http', {}), server, abort)).toEqual(failed('no longer probed'));
  await server.idle();
});

test('a hundred at once leave nothing open', async () => {
  const server = await startServer(withStatus(200));
  onTestFinished(() => server.close());
  const results = await Promise.all(Array.from({ length: 100 }, () => probe(config('http', {}), server)));
  expect(results).toEqual(results.map(() => passed));
  expect(server.accepted()).toBe(100);
  await server.idle();
});
