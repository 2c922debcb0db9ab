import { parseAddress } from '../net/address.ts';

/**
 * Whether a Host header names us by address or as localhost. A page in an operator's browser may have a name of its own
 * point at us, and then read what we say (DNS rebinding): its requests bring that name.
 */
export function isOwnHost(host: string | undefined): boolean {
  const url = URL.parse(`http://${host ?? ''}`);
  if (url === null) return false;
  const name = url.hostname.replace(/^\[(.*)\]$/, '$1');
  return name === 'localhost' || parseAddress(name) !== undefined;
}
