import { SocketAddress } from 'node:net';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ClientAddress } from '../../../../src/dataplane/answering/client.ts';
import { readAddress } from '../../../../src/dataplane/transports/address-text.ts';
import { parseAddress } from '../../../../src/net/address.ts';

function read(text: string): ClientAddress | undefined {
  const client = new ClientAddress();
  return readAddress(text, client) ? client : undefined;
}

function parsed(text: string): ClientAddress | undefined {
  const address = parseAddress(text);
  const client = new ClientAddress();
  if (address !== undefined) client.setAddress(address);
  return address && client;
}

describe('reads what parseAddress reads', () => {
  test.each([
    ...['0.0.0.0', '255.255.255.255', '127.0.0.1', '192.0.2.10', '9.99.199.249', '1.20.200.3'],
    ...['::', '::1', '1::', '1::8', '2001:db8::1', '2001:db8:0:1:2:3:4:5', '::ffff:192.0.2.1', '64:ff9b::192.0.2.33'],
    ...['1:2:3:4:5:6:7:8', '1:2:3:4:5:6:7::', '::2:3:4:5:6:7:8', '1:2:3:4:5:6:1.2.3.4', '::1.2.3.4', 'FE80::ABCD'],
    ...['1:0:0:4::8', 'ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff', 'a:b:c:d:e:f:0:0', '::a:0:0:b'],
  ])('%s', (text) => {
    expect(parsed(text)).toBeDefined();
    expect(read(text)).toEqual(parsed(text));
  });

  test('any address, as the operating system writes it', () => {
    const octets = fc.uint8Array({ minLength: 4, maxLength: 4 });
    // Zeros are what is left out, so there must be many.
    const groups = fc.array(fc.oneof(fc.constant(0), fc.nat(0xffff)), { minLength: 8, maxLength: 8 });
    const written = (text: string, family: 'ipv4' | 'ipv6') => new SocketAddress({ address: text, family }).address;
    fc.assert(
      fc.property(octets, (quad) => {
        expect(read(written(quad.join('.'), 'ipv4'))).toEqual(parsed(quad.join('.')));
      }),
    );
    fc.assert(
      fc.property(groups, (values) => {
        const text = values.map((value) => value.toString(16)).join(':');
        expect(read(written(text, 'ipv6'))).toEqual(parsed(text));
        expect(read(text)).toEqual(parsed(text));
      }),
    );
  });
});

test('the zone of a link-local address is left off', () => {
  expect(read('fe80::1%eth0')).toEqual(parsed('fe80::1'));
});

test.each([
  '',
  '%',
  '1',
  '1.2.3',
  '1.2.3.4.5',
  'x',
  '1:2',
  '1:2:3:4:5:6:7:8:9',
  '1:2:3:4:5:6:7:1.2.3.4',
  '::1:2:3:4:5:6:7:8',
  'localhost',
])('no address: %o', (text) => {
  expect(read(text)).toBeUndefined();
});

test('keeps what it held where there is no address', () => {
  const client = read('192.0.2.1') ?? new ClientAddress();
  expect(readAddress('1:2', client)).toBe(false);
  expect(client).toEqual(parsed('192.0.2.1'));
});
