import * as Names from '../../snapshot/names.ts';
import type { NamesView } from '../../snapshot/names-view.ts';
import type { ResponseWriter, Section } from './response.ts';

// Bound in this module: V8 would look an imported constant up again at each use.
const { RRSET } = Names;

/**
 * Copies an RRset of the zones into a section, owned by the name at `ownerAt` in the message. Returns false, with
 * nothing written, if it does not all fit.
 */
export function copyRrset(
  { words, octets }: NamesView,
  rrset: number,
  section: Section,
  ownerAt: number,
  writer: ResponseWriter,
): boolean {
  const at = words[rrset + RRSET.RECORDS_AT];
  const length = words[rrset + RRSET.RECORDS_BYTES];
  return writer.copyRecords(section, octets, at, length, words[rrset + RRSET.COUNT], ownerAt);
}
