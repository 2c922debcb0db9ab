import { FAMILY } from '../../dns/constants.ts';
import type { Query } from '../../dns/query.ts';
import { type Address, addressWord } from '../../net/address.ts';

/**
 * An address as 32-bit words in network order, as the tries are walked; IPv4 is the first word. Reused for every query.
 */
export class ClientAddress {
  family: 4 | 6 = 4;
  w0 = 0;
  w1 = 0;
  w2 = 0;
  w3 = 0;

  setAddress(address: Address): void {
    this.family = address.family;
    this.w0 = addressWord(address, 0) | 0;
    if (address.family === 4) return;
    this.w1 = addressWord(address, 1) | 0;
    this.w2 = addressWord(address, 2) | 0;
    this.w3 = addressWord(address, 3) | 0;
  }

  copy(from: ClientAddress): void {
    this.family = from.family;
    this.w0 = from.w0;
    this.w1 = from.w1;
    this.w2 = from.w2;
    this.w3 = from.w3;
  }

  /** Takes the address of a query's Client Subnet option; what lies beyond the prefix is zero. */
  setSubnet(query: Query): void {
    this.family = query.subnetFamily === FAMILY.IPV6 ? 6 : 4;
    this.w0 = query.subnet0;
    this.w1 = query.subnet1;
    this.w2 = query.subnet2;
    this.w3 = query.subnet3;
  }
}
