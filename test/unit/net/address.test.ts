import { describe, expect, test } from 'vitest';
import {
  addressBit,
  addressWord,
  formatAddress,
  formatHostPort,
  parseAddress,
  parseHostPort,
} from '../../../src/net/address.ts';

describe('addresses that are read, and how they are written back', () => {
  test.each([
    ['0.0.0.0', '0.0.0.0'],
    ['192.0.2.1', '192.0.2.1'],
    ['255.255.255.255', '255.255.255.255'],
    ['::', '::'],
    ['::1', '::1'],
    ['1::', '1::'],
    ['2001:DB8::ABCD', '2001:db8::abcd'],
    ['2001:0db8:0000:0000:0000:0000:0000:0001', '2001:db8::1'],
    ['2001:db8:0:1:1:1:1:1', '2001:db8:0:1:1:1:1:1'],
    ['2001:db8::1:1:1:1:1', '2001:db8:0:1:1:1:1:1'],
    ['2001:0:0:1:0:0:0:1', '2001:0:0:1::1'],
    ['2001:db8:0:0:1:0:0:1', '2001:db8::1:0:0:1'],
    ['::ffff:192.0.2.1', '::ffff:192.0.2.1'],
    ['::ffff:c000:201', '::ffff:192.0.2.1'],
    ['::13.1.68.3', '::d01:4403'],
    ['64:ff9b::192.0.2.33', '64:ff9b::c000:221'],
    ['1:2:3:4:5:6:7.8.9.10', '1:2:3:4:5:6:708:90a'],
    ['1:2:3:4:5:6:7::', '1:2:3:4:5:6:7:0'],
  ])('%s is %s', (text, canonical) => {
    const address = parseAddress(text);
    expect(address && formatAddress(address)).toBe(canonical);
  });
});

describe('texts that are no address', () => {
  test.each([
    '',
    ' ',
    '192.0.2',
    '192.0.2.1.1',
    '192.0.2.256',
    '192.0.2.01',
    '192.0.2.1 ',
    '0x7f.0.0.1',
    '3221225985',
    ':',
    ':::',
    ':1',
    '1:',
    '1::2::3',
    '1:2:3:4:5:6:7',
    '1:2:3:4:5:6:7:8:9',
    '1:2:3:4::5:6:7:8',
    '12345::',
    'g::',
    'fe80::1%eth0',
    '::192.0.2.1:5',
    '192.0.2.1::',
    '::192.0.2',
    '1:2:3:4:5:6:7:1.2.3.4',
    '[::1]',
  ])('"%s"', (text) => {
    expect(parseAddress(text)).toBeUndefined();
  });
});

test('octets, words and bits count from the most significant', () => {
  const address = parseAddress('2001:db8::8000:1');
  expect(address?.bytes).toHaveLength(16);
  expect(address && [0, 1, 2, 3].map((index) => addressWord(address, index))).toEqual([0x20010db8, 0, 0, 0x80000001]);
  expect(address && [0, 2, 96, 127].map((index) => addressBit(address, index))).toEqual([0, 1, 1, 1]);
});

test.each([
  ['127.0.0.1:5300', '127.0.0.1:5300'],
  ['0.0.0.0:0', '0.0.0.0:0'],
  ['[::1]:5300', '[::1]:5300'],
  ['[::]:65535', '[::]:65535'],
  ['127.0.0.1', undefined],
  ['127.0.0.1:', undefined],
  ['127.0.0.1:65536', undefined],
  ['127.0.0.1:053', undefined],
  ['::1:5300', undefined],
  ['[127.0.0.1]:53', undefined],
  ['[::1]', undefined],
  ['localhost:53', undefined],
  [':53', undefined],
])('host and port %s', (text, expected) => {
  const hostPort = parseHostPort(text);
  expect(hostPort && formatHostPort(hostPort)).toBe(expected);
});
