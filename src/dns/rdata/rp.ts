import type { RdataType } from './contract.ts';
import { name, sequenceOf } from './fields.ts';

/** The mailbox of a responsible person, and the name where TXT records say more (RFC 1183 section 2.2). */
export const rp: RdataType = sequenceOf([name, name]);
