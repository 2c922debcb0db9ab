import { expect, test } from 'vitest';
import { ClientNetworks } from '../../../../src/control/latency/forwarded.ts';
import { parsePrefix } from '../../../../src/net/prefix.ts';
import { assert } from '../../../../src/util/assert.ts';

const proxies = parsePrefix('10.0.0.0/8');
assert(proxies.ok, 'it is a network');
const clients = new ClientNetworks([proxies.prefix]);

test.each([
  ['203.0.113.7', undefined, '203.0.113.0/24'],
  ['::ffff:203.0.113.7', undefined, '203.0.113.0/24'],
  ['203.0.113.7', '198.51.100.1', '203.0.113.0/24'],
  ['::ffff:203.0.113.7', '198.51.100.1', '203.0.113.0/24'],
  ['10.0.0.1', '198.51.100.1', '198.51.100.0/24'],
  ['::ffff:10.0.0.1', '198.51.100.1', '198.51.100.0/24'],
  ['10.0.0.1', '6.6.6.6, 198.51.100.1, 10.0.0.2', '198.51.100.0/24'],
  ['10.0.0.1', '10.0.0.3, 10.0.0.2', '10.0.0.0/24'],
  ['10.0.0.1', 'unknown, 198.51.100.1', '198.51.100.0/24'],
  ['10.0.0.1', '198.51.100.1:51524', '198.51.100.0/24'],
  ['10.0.0.1', '2001:db8::7', '2001:db8::/56'],
  ['10.0.0.1', '[2001:db8::7]:51524', '2001:db8::/56'],
  ['10.0.0.1', '[2001:db8::7]', '2001:db8::/56'],
  ['10.0.0.1', '::ffff:198.51.100.1', '198.51.100.0/24'],
  ['10.0.0.1', undefined, '10.0.0.0/24'],
  ['10.0.0.1', ' ', '10.0.0.0/24'],
  ['10.0.0.1', 'unknown', undefined],
  ['10.0.0.1', '198.51.100.1, ', undefined],
  ['10.0.0.1', '198.51.100.1:51524:1', undefined],
  ['', undefined, undefined],
])('the client of a request from %s, which says %s, is in %s', (peer, forwarded, network) => {
  expect(clients.of(peer, forwarded)).toBe(network);
});
