import { expect, test } from 'vitest';
import { ambiguousSources, type Interfaces } from '../../../../src/control/listening/answer-source.ts';
import type { ListenAddress } from '../../../../src/snapshot/messages.ts';

function at(host: string, over: ListenAddress['over'] = ['UDP', 'TCP']): ListenAddress {
  return { host, family: host.includes(':') ? 6 : 4, port: 53, over };
}

/** Loopback, and an interface with these addresses. */
function machine(...addresses: readonly string[]): Interfaces {
  const info = (address: string, internal: boolean) => ({ address, internal, netmask: '', mac: '', cidr: null });
  const all = (list: readonly string[], internal: boolean) =>
    list.map((address) => {
      const rest = info(address, internal);
      return address.includes(':')
        ? { ...rest, family: 'IPv6' as const, scopeid: 0 }
        : { ...rest, family: 'IPv4' as const };
    });
  return { lo: all(['127.0.0.1', '127.0.0.2', '::1'], true), eth0: all(addresses, false) };
}

test.each<[string, ListenAddress, Interfaces, readonly string[]]>([
  ['several addresses', at('0.0.0.0'), machine('192.0.2.1', '192.0.2.2'), ['192.0.2.1', '192.0.2.2']],
  ['several IPv6 addresses', at('::'), machine('2001:db8::1', '2001:db8::2'), ['2001:db8::1', '2001:db8::2']],
  ['one address, and loopback', at('0.0.0.0'), machine('192.0.2.1'), []],
  ['one address of each family', at('0.0.0.0'), machine('192.0.2.1', '2001:db8::1'), []],
  ['one address, and that of the link', at('::'), machine('2001:db8::1', 'fe80::1'), []],
  ['an address that is listened at itself', at('192.0.2.1'), machine('192.0.2.1', '192.0.2.2'), []],
  ['connections alone, which know their address', at('0.0.0.0', ['TLS']), machine('192.0.2.1', '192.0.2.2'), []],
])('whether an answer may leave from an address that was not asked: %s', (_, listen, interfaces, addresses) => {
  expect(ambiguousSources([listen], interfaces)).toEqual(addresses.length === 0 ? [] : [{ listen, addresses }]);
});
