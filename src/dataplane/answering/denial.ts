import { NODE, ZONE } from '../../snapshot/names.ts';
import type { NamesView } from '../../snapshot/names-view.ts';
import type { Lookup } from './lookup.ts';
import { type ResponseWriter, SECTION } from './response.ts';

/**
 * Writes the SOA of a denial into the authority section, with the TTL that limits how long the denial is kept (RFC 2308
 * section 3). The name that was looked up stands at `ownerAt` in the message.
 */
export function writeDenial(
  names: NamesView,
  { node, nameBytes }: Lookup,
  ownerAt: number,
  writer: ResponseWriter,
): void {
  const { words, octets } = names;
  const zone = names.zoneAt(words[node + NODE.ZONE]);
  const apexAt = ownerAt + nameBytes - words[words[zone + ZONE.APEX] + NODE.NAME_BYTES];
  const soaAt = writer.at;
  const at = words[zone + ZONE.SOA_AT];
  if (writer.copyRecords(SECTION.AUTHORITY, octets, at, words[zone + ZONE.SOA_BYTES], 1, apexAt)) {
    writer.setTtl(soaAt, words[zone + ZONE.NEGATIVE_TTL]);
  } else {
    writer.isTruncated = true;
  }
}
