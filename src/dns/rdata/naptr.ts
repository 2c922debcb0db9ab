import type { RdataType } from './contract.ts';
import { characterString, name, sequenceOf, uint16 } from './fields.ts';

/** ORDER, PREFERENCE, FLAGS, SERVICES, REGEXP, REPLACEMENT (RFC 3403 section 4.1). */
export const naptr: RdataType = sequenceOf([uint16, uint16, characterString, characterString, characterString, name]);
