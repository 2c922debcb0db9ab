import type { RdataType } from './contract.ts';
import { name, seconds, sequenceOf, uint32 } from './fields.ts';

/** MNAME, RNAME, SERIAL, REFRESH, RETRY, EXPIRE, MINIMUM (RFC 1035 section 3.3.13). */
export const soa: RdataType = sequenceOf([name, name, uint32, seconds, seconds, seconds, seconds]);
