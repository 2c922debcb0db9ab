import { type Address, parseAddress } from '../../net/address.ts';
import type { ClientAddress } from '../answering/client.ts';

/** The address in what Node.js says of the other end; undefined where that has gone. */
export function senderAddress(text: string | undefined): Address | undefined {
  if (text === undefined) return undefined;
  const zone = text.indexOf('%'); // of a link-local address
  return parseAddress(zone === -1 ? text : text.slice(0, zone));
}

export function copyAddress(from: ClientAddress, into: ClientAddress): void {
  into.family = from.family;
  into.w0 = from.w0;
  into.w1 = from.w1;
  into.w2 = from.w2;
  into.w3 = from.w3;
}
