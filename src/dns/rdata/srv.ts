import type { RdataType } from './contract.ts';
import { name, sequenceOf, uint16 } from './fields.ts';

/** Priority, Weight, Port, Target (RFC 2782). */
export const srv: RdataType = sequenceOf([uint16, uint16, uint16, name]);
