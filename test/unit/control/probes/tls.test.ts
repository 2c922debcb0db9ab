import { once } from 'node:events';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer, type TlsOptions } from 'node:tls';
import { describe, expect, onTestFinished, test } from 'vitest';
import { brief, configOf, failed, passed, probe, probeOnce, timedOut } from '../../../support/probing.ts';
import { misbehaviour, startServer, startTlsServer, tlsPair, withStatus } from '../../../support/servers.ts';

const folder = mkdtempSync(join(tmpdir(), 'aya-'));
const ca = join(folder, 'ca.pem');
writeFileSync(ca, tlsPair.cert);
const known = { ca, sni: 'probe.test', port: 1 };

async function start(options: TlsOptions): Promise<{ address: string; port: number }> {
  const server = createServer({ ...tlsPair, ...options }, (socket) =>
    socket.on('error', () => {}).end('220 hello\r\n'),
  );
  server.on('tlsClientError', () => {}).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return { address: '127.0.0.1', port: (server.address() as AddressInfo).port };
}

test.each<[string, object, object]>([
  ['a certificate from the file of authorities', known, passed],
  ['one for another name', { ...known, sni: 'other.test' }, failed(/^certificate refused: .*other\.test/)],
  [
    'one of an unknown authority',
    { port: 1, sni: 'probe.test' },
    failed('certificate refused: self-signed certificate'),
  ],
  ['any, unverified', { port: 1, verify: false }, passed],
  ['what is expected on it', { ...known, expect: '220 ' }, passed],
  ['what is expected, and does not come', { ...known, expect: '250 ' }, failed(/^connection closed/)],
  ['no protocol agreed on', { ...known, alpn: 'h2' }, failed('no protocol agreed on, expected h2')],
])('%s', async (_name, options, expected) => {
  expect(await probe(configOf('tls', options), await start({}))).toEqual(expected);
});

test('a certificate that does not hold for long enough', async () => {
  const file = (name: string) => readFileSync(new URL(`../../../support/tls/${name}`, import.meta.url));
  const server = await start({ key: file('dot.test.key'), cert: file('expired.test.crt') });
  const config = configOf('tls', { port: 1, verify: false, daysLeft: 14 });
  expect(await probe(config, server)).toEqual(failed(/^certificate holds -\d+ days, expected 14$/));
});

test('the protocol that is demanded', async () => {
  const server = await start({ ALPNProtocols: ['h2'] });
  expect(await probe(configOf('tls', { ...known, alpn: 'h2' }), server)).toEqual(passed);
});

test('no file of authorities is a fault of ours', async () => {
  const config = configOf('tls', { ...known, ca: join(folder, 'none.pem') });
  expect(await probe(config, await start({}))).toEqual(failed(/^cannot read the authorities/, 'observer'));
});

test('https takes the same demands', async () => {
  const server = await startTlsServer(withStatus(200));
  expect(await probeOnce(server, configOf('https', { ca, sni: 'probe.test', daysLeft: 1 }))).toEqual(passed);
});

describe('survives', () => {
  test.each([
    ['silence', brief, timedOut],
    ['closing', {}, failed(/^connection (closed|reset)/)],
    ['garbage', brief, timedOut],
    ['oneHeaderWithoutEnd', {}, failed(/^TLS failed/)],
  ] as const)('%s', async (name, schedule, expected) => {
    const config = configOf('tls', known, { interval: '20s', timeout: '20s', ...schedule });
    expect(await probeOnce(await startServer(misbehaviour[name]), config)).toEqual(expected);
  });
});
