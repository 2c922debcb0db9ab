import { type Address, parseAddress } from '../../net/address.ts';
import { embeddedAddress } from '../../net/embedded.ts';
import { contains, type Prefix } from '../../net/prefix.ts';
import { networkOf } from './lines.ts';

/** `203.0.113.7:51524`, `[2001:db8::7]:51524` or `[2001:db8::7]`: some proxies say the port, too. */
const WITH_PORT = /^(?:\[([^\]]+)\](?::\d+)?|([\d.]+):\d+)$/;

/**
 * Finds the client of a request: the peer, or, where that is a proxy that is believed, the last address that such a
 * proxy saw and that is none itself. A proxy that says nothing of others speaks for itself; where one says what is no
 * address, it is not known who the client is.
 */
export class ClientNetworks {
  readonly #proxies: readonly Prefix[];
  /** The peer before: a proxy is the peer of most requests, and is looked at once. */
  #peer = '';
  #peerNetwork: string | undefined;
  #isPeerProxy = false;

  /** @param proxies whose `X-Forwarded-For` is believed. */
  constructor(proxies: readonly Prefix[]) {
    this.#proxies = proxies;
  }

  /** The client's network as text, undefined where it is not known; of a peer's address and its `X-Forwarded-For`. */
  of(peer: string, forwardedFor = ''): string | undefined {
    if (peer !== this.#peer) this.#look(peer);
    if (!this.#isPeerProxy || forwardedFor.trim() === '') return this.#peerNetwork;
    const client = this.#behind(forwardedFor);
    return client && networkOf(client);
  }

  #look(peer: string): void {
    const address = addressIn(peer);
    this.#peer = peer;
    this.#peerNetwork = address && networkOf(address);
    this.#isPeerProxy = address !== undefined && this.#isProxy(address);
  }

  #behind(forwardedFor: string): Address | undefined {
    const seen = forwardedFor.split(',');
    let client = addressIn(seen.pop()!);
    while (client !== undefined && seen.length > 0 && this.#isProxy(client)) client = addressIn(seen.pop()!);
    return client;
  }

  #isProxy(address: Address): boolean {
    return this.#proxies.some((proxy) => contains(proxy, address));
  }
}

function addressIn(said: string): Address | undefined {
  const text = said.trim();
  const [, inBrackets, ipv4] = WITH_PORT.exec(text) ?? [];
  const address = parseAddress(inBrackets ?? ipv4 ?? text);
  return address && (embeddedAddress(address) ?? address);
}
