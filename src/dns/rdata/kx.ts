import type { RdataType } from './contract.ts';
import { name, sequenceOf, uint16 } from './fields.ts';

/** PREFERENCE, EXCHANGER (RFC 2230 section 3.1). */
export const kx: RdataType = sequenceOf([uint16, name]);
