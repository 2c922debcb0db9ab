import { describe, expect, test } from 'vitest';
import { openUpstream } from '../../../../src/control/resolving/upstream.ts';
import { formatAddress } from '../../../../src/net/address.ts';
import { wireName } from '../../../support/rdata-text.ts';
import { closedPort } from '../../../support/servers.ts';
import { type Conduct, UpstreamResolver } from '../../../support/upstream.ts';

const LB = wireName('lb.example.net.');

async function ask(port: number, family: 4 | 6 = 4) {
  const answered = await openUpstream([`127.0.0.1:${port}`]).ask(LB, family);
  return answered.kind === 'found' ? { ...answered, addresses: answered.addresses.map(formatAddress) } : answered;
}

test('all addresses, each time anew: what is kept, and for how long, is not up to node:dns', async () => {
  await using upstream = await UpstreamResolver.start(['192.0.2.1', '192.0.2.2']);
  upstream.ttlSeconds = 3600;
  const opened = openUpstream([`127.0.0.1:${upstream.port}`]);
  expect(await opened.ask(LB, 4)).toMatchObject({ kind: 'found', ttlSeconds: 3600, addresses: [{}, {}] });
  upstream.addresses = ['192.0.2.3'];
  expect(await opened.ask(LB, 4)).toMatchObject({ addresses: [{ bytes: Uint8Array.of(192, 0, 2, 3) }] });
});

test.each([
  [7, 60, 7],
  [60, 7, 7],
])('a CNAME of TTL %i to addresses of TTL %i holds for %i s', async (aliasTtlSeconds, ttlSeconds, least) => {
  await using upstream = await UpstreamResolver.start(['192.0.2.1']);
  Object.assign(upstream, { aliasTtlSeconds, ttlSeconds });
  expect(await ask(upstream.port)).toEqual({ kind: 'found', addresses: ['192.0.2.1'], ttlSeconds: least });
});

describe('what is no address', () => {
  const ROWS: readonly (readonly [Conduct, string, string])[] = [
    ['none', 'none', 'no such name'],
    ['garbage', 'failed', 'an answer that cannot be read'],
    ['fails', 'failed', 'the resolver failed'],
    ['silent', 'failed', 'no answer'],
  ];

  test.each(ROWS)('%s', async (conduct, kind, reason) => {
    await using upstream = await UpstreamResolver.start(['192.0.2.1']);
    upstream.conduct = conduct;
    expect(await ask(upstream.port)).toEqual({ kind, reason });
  });

  test('another family', async () => {
    await using upstream = await UpstreamResolver.start(['192.0.2.1']);
    expect(await ask(upstream.port, 6)).toEqual({ kind: 'none', reason: 'no address of this family' });
  });

  test('a port without resolver', async () => {
    expect(await ask(await closedPort())).toEqual({ kind: 'failed', reason: 'no resolver there' });
  });

  test('a question that is cancelled', async () => {
    await using upstream = await UpstreamResolver.start([]);
    upstream.conduct = 'silent';
    const opened = openUpstream([`127.0.0.1:${upstream.port}`]);
    const answered = opened.ask(LB, 4);
    opened.cancel();
    expect(await answered).toMatchObject({ kind: 'failed' });
  });
});
