import type { RdataType } from './contract.ts';
import { name, sequenceOf, uint16 } from './fields.ts';

/** Subtype, Hostname (RFC 1183 section 1). */
export const afsdb: RdataType = sequenceOf([uint16, name]);
