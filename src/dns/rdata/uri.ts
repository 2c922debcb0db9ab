import type { RdataType } from './contract.ts';
import { remainingText, sequenceOf, uint16 } from './fields.ts';

const TARGET_AT = 4;

/** Priority, Weight, Target (RFC 7553 section 4.5): the target is not empty, and not bound to 255 octets. */
export const uri: RdataType = sequenceOf([uint16, uint16, remainingText], {
  expected: 'a URI that is not empty',
  holds: (rdata) => rdata.length > TARGET_AT,
});
