import type { RdataType } from './contract.ts';
import { characterString, sequenceOf } from './fields.ts';

/** CPU, OS (RFC 1035 section 3.3.2). */
export const hinfo: RdataType = sequenceOf([characterString, characterString]);
