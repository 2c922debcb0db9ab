import type { RdataType } from './contract.ts';
import { name, sequenceOf, uint16 } from './fields.ts';

/** PREFERENCE, EXCHANGE (RFC 1035 section 3.3.9); the exchange `.` says that there is no mail (RFC 7505). */
export const mx: RdataType = sequenceOf([uint16, name]);
