import { type Address, parseAddress } from '../../net/address.ts';
import { embeddedAddress } from '../../net/embedded.ts';

/** `203.0.113.7:51524`, `[2001:db8::7]:51524` or `[2001:db8::7]`: some proxies say the port, too. */
const WITH_PORT = /^(?:\[([^\]]+)\](?::\d+)?|([\d.]+):\d+)$/;

/**
 * The client of a request: the peer, or, where that is a proxy that is believed, the last address that such a proxy saw and
 * that is none itself. A proxy that says nothing of others speaks for itself; undefined where one says what is no address,
 * for then it is not known who the client is.
 */
export function clientOf(peer: string, forwardedFor = '', isProxy: (address: Address) => boolean): Address | undefined {
  let client = addressIn(peer);
  const seen = forwardedFor.trim() === '' ? [] : forwardedFor.split(',').map((text) => text.trim());
  while (client !== undefined && isProxy(client) && seen.length > 0) client = addressIn(seen.pop()!);
  return client;
}

function addressIn(text: string): Address | undefined {
  const [, inBrackets, ipv4] = WITH_PORT.exec(text) ?? [];
  const address = parseAddress(inBrackets ?? ipv4 ?? text);
  return address && (embeddedAddress(address) ?? address);
}
