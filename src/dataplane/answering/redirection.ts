import { NAME_BYTES_MAX, RCODE } from '../../dns/constants.ts';
import { NODE, RECORD_FIXED_BYTES, RRSET } from '../../snapshot/names.ts';
import type { NamesView } from '../../snapshot/names-view.ts';
import type { Lookup } from './lookup.ts';
import { NOWHERE, type ResponseWriter, SECTION } from './response.ts';
import { copyRrset } from './rrset.ts';

/**
 * Writes a DNAME and the CNAME made from it (RFC 6672 section 3.1). The name that was looked up stands at `ownerAt` in
 * the message. Returns where in the message the CNAME's target stands. Returns NOWHERE if they do not fit, or if the
 * target would be too long for a name (YXDOMAIN).
 */
export function writeRedirection(
  names: NamesView,
  dname: number,
  { node, nameBytes }: Lookup,
  ownerAt: number,
  writer: ResponseWriter,
): number {
  const prefixBytes = nameBytes - names.words[node + NODE.NAME_BYTES];
  const targetAt = writer.at + RECORD_FIXED_BYTES;
  if (copyRrset(names, dname, SECTION.ANSWER, ownerAt + prefixBytes, writer)) {
    const targetBytes = writer.at - targetAt;
    if (prefixBytes + targetBytes > NAME_BYTES_MAX) {
      writer.rcode = RCODE.YXDOMAIN;
      return NOWHERE;
    }
    const cnameAt = writer.at;
    if (writer.writeCname(ownerAt, prefixBytes, targetAt, targetBytes, names.words[dname + RRSET.TTL])) {
      return cnameAt + RECORD_FIXED_BYTES;
    }
  }
  writer.isTruncated = true;
  return NOWHERE;
}
