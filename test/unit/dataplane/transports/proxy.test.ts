import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ClientAddress } from '../../../../src/dataplane/answering/client.ts';
import { PROXY_READ, ProxyHeader } from '../../../../src/dataplane/transports/proxy.ts';
import { type HeaderFields, proxyHeader } from '../../../support/proxy-header.ts';

const QUERY = Buffer.from('0007000000010000000000000000010001', 'hex');

function read(octets: Uint8Array, length = octets.length) {
  const header = new ProxyHeader(new ClientAddress());
  const outcome = header.read(octets, length);
  const { family, w0, w1, w2, w3 } = header.client;
  const words = (family === 4 ? [w0] : [w0, w1, w2, w3]).map((word) => (word >>> 0).toString(16).padStart(8, '0'));
  return { outcome, bytes: header.bytes, isLocal: header.isLocal, client: words.join(' ') };
}

describe('a header', () => {
  test.each<[string, HeaderFields, string]>([
    ['TCP over IPv4', { source: '203.0.113.7' }, 'cb007107'],
    ['UDP over IPv4', { familyTransport: 0x12 }, 'cb007107'],
    ['TCP over IPv6', { source: '2001:db8:1:2:3:4:5:6' }, '20010db8 00010002 00030004 00050006'],
    ['UDP over IPv6', { source: '2001:db8::7', familyTransport: 0x22 }, '20010db8 00000000 00000000 00000007'],
    ['IPv4 inside IPv6', { source: '::ffff:203.0.113.7', destination: '::1', familyTransport: 0x21 }, 'cb007107'],
    ['with remarks behind the addresses', { remarks: Buffer.from('04000400000000', 'hex') }, 'cb007107'],
  ])('%s names the client', (_, fields, client) => {
    const octets = proxyHeader(fields);
    expect(read(Buffer.concat([octets, QUERY]))).toEqual({
      outcome: PROXY_READ.WHOLE,
      bytes: octets.length,
      isLocal: false,
      client,
    });
  });

  test.each<[string, HeaderFields]>([
    ['with addresses', { versionCommand: 0x20 }],
    ['of no family', { versionCommand: 0x20, familyTransport: 0 }],
    ['of a family that is none', { versionCommand: 0x20, familyTransport: 0xff }],
  ])('LOCAL, %s, leaves the address as it was', (_, fields) => {
    const octets = proxyHeader(fields);
    const outcome = { outcome: PROXY_READ.WHOLE, bytes: octets.length, isLocal: true };
    expect(read(octets)).toMatchObject({ ...outcome, client: '00000000' });
  });

  test('LOCAL may have nothing behind it', () => {
    expect(read(Buffer.from('0d0a0d0a000d0a515549540a20000000', 'hex'))).toMatchObject({
      outcome: PROXY_READ.WHOLE,
      bytes: 16,
      isLocal: true,
    });
  });

  test.each<[string, Uint8Array]>([
    ['another signature', proxyHeader({ signature: '0d0a0d0a000d0a515549540b' })],
    ['version 1, in text', Buffer.from('PROXY TCP4 203.0.113.7 192.0.2.1 49152 53\r\n')],
    ['version 1, in binary', proxyHeader({ versionCommand: 0x11 })],
    ['version 3', proxyHeader({ versionCommand: 0x31 })],
    ['a command that is none', proxyHeader({ versionCommand: 0x22 })],
    ['no family', proxyHeader({ familyTransport: 0x01 })],
    ['no transport', proxyHeader({ familyTransport: 0x10 })],
    ['a transport that is none', proxyHeader({ familyTransport: 0x13 })],
    ['a Unix socket', proxyHeader({ familyTransport: 0x31 })],
    ['a family that is none', proxyHeader({ familyTransport: 0x41 })],
    ['IPv4 addresses cut short', proxyHeader({ announced: 11 })],
    ['IPv6 with the addresses of IPv4', proxyHeader({ familyTransport: 0x21 })],
    ['more remarks than anyone has', proxyHeader({ announced: 4096 - 16 + 1 })],
    ['no header, but a query', QUERY],
  ])('with %s is none', (_, octets) => {
    expect(read(octets).outcome).toBe(PROXY_READ.BAD);
  });

  test('that has not come whole says how much there will be', () => {
    const octets = proxyHeader();
    for (let length = 0; length < octets.length; length++) {
      expect(read(octets, length)).toMatchObject({ outcome: PROXY_READ.PARTIAL, bytes: length < 16 ? 16 : 28 });
    }
  });
});

/** Octets that tell of every look at them, to see that none is beyond the end. */
function guarded(octets: Uint8Array, length: number): Uint8Array {
  return new Proxy(octets, {
    get(target, key) {
      if (typeof key === 'string' && /^\d+$/.test(key) && Number(key) >= length) throw new RangeError(`octet ${key}`);
      return Reflect.get(target, key) as unknown;
    },
  });
}

test('whatever the octets, none beyond the end is looked at, and a header is as long as it says', () => {
  const nearly = fc.record({
    versionCommand: fc.integer({ min: 0x1f, max: 0x23 }),
    familyTransport: fc.integer({ min: 0, max: 0x41 }),
    announced: fc.integer({ min: 0, max: 0xffff }),
    remarks: fc.uint8Array({ maxLength: 64 }),
  });
  const octets = fc.oneof(nearly.map(proxyHeader), fc.uint8Array({ maxLength: 80 }));
  fc.assert(
    fc.property(octets, fc.nat(120), (header, cut) => {
      const length = Math.min(cut, header.length);
      const { outcome, bytes } = read(guarded(header, length), length);
      if (outcome === PROXY_READ.WHOLE) expect(bytes).toBeLessThanOrEqual(length);
      if (outcome === PROXY_READ.PARTIAL) expect(bytes).toBeGreaterThan(length);
    }),
    { numRuns: 2000 },
  );
});
