import { TYPE } from '../../dns/constants.ts';
import { GLUE, glueAt, NODE } from '../../snapshot/names.ts';
import type { NamesView } from '../../snapshot/names-view.ts';
import type { Lookup } from './lookup.ts';
import { type ResponseWriter, SECTION } from './response.ts';
import { copyRrset } from './rrset.ts';

/**
 * Writes a delegation: its NS RRset as authority, and the addresses that are needed to follow it (RFC 9471). The name
 * that was looked up stands at `ownerAt` in the message.
 */
export function writeReferral(names: NamesView, lookup: Lookup, ownerAt: number, writer: ResponseWriter): void {
  const { words } = names;
  const cut = lookup.node;
  const cutAt = ownerAt + lookup.nameBytes - words[cut + NODE.NAME_BYTES];
  const recordsAt = writer.at;
  if (!copyRrset(names, names.rrset(cut, TYPE.NS), SECTION.AUTHORITY, cutAt, writer)) {
    writer.isTruncated = true;
    return;
  }
  const glue = glueAt(words, cut);
  for (let at = glue, end = glue + words[cut + NODE.GLUE_COUNT] * GLUE.WORDS; at < end; at += GLUE.WORDS) {
    const targetAt = recordsAt + words[at + GLUE.TARGET_AT];
    const node = words[at + GLUE.NODE];
    const isComplete =
      copyGlue(names, node, TYPE.A, targetAt, writer) && copyGlue(names, node, TYPE.AAAA, targetAt, writer);
    if (!isComplete && words[at + GLUE.REQUIRED] !== 0) writer.isTruncated = true;
  }
}

/** Returns false if there is glue of the type, and no room for it. */
function copyGlue(names: NamesView, node: number, type: number, ownerAt: number, writer: ResponseWriter): boolean {
  const rrset = names.rrset(node, type);
  return rrset === 0 || copyRrset(names, rrset, SECTION.ADDITIONAL, ownerAt, writer);
}
