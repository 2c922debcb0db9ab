import { expect, test } from 'vitest';
import { clientOf } from '../../../../src/control/latency/forwarded.ts';
import { type Address, formatAddress } from '../../../../src/net/address.ts';

const isProxy = (address: Address): boolean => formatAddress(address).startsWith('10.');

test.each([
  ['203.0.113.7', undefined, '203.0.113.7'],
  ['::ffff:203.0.113.7', undefined, '203.0.113.7'],
  ['203.0.113.7', '198.51.100.1', '203.0.113.7'],
  ['10.0.0.1', '198.51.100.1', '198.51.100.1'],
  ['10.0.0.1', '6.6.6.6, 198.51.100.1, 10.0.0.2', '198.51.100.1'],
  ['10.0.0.1', 'unknown, 198.51.100.1', '198.51.100.1'],
  ['10.0.0.1', '198.51.100.1:51524', '198.51.100.1'],
  ['10.0.0.1', '2001:db8::7', '2001:db8::7'],
  ['10.0.0.1', '[2001:db8::7]:51524', '2001:db8::7'],
  ['10.0.0.1', '[2001:db8::7]', '2001:db8::7'],
  ['10.0.0.1', undefined, '10.0.0.1'],
  ['10.0.0.1', ' ', '10.0.0.1'],
  ['10.0.0.1', 'unknown', undefined],
  ['10.0.0.1', '198.51.100.1, ', undefined],
  ['10.0.0.1', '198.51.100.1:51524:1', undefined],
  ['', undefined, undefined],
])('the client of a request from %s, which says %s, is %s', (peer, forwarded, client) => {
  const found = clientOf(peer, forwarded, isProxy);
  expect(found && formatAddress(found)).toBe(client);
});
