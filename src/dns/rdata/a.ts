import type { RdataType } from './contract.ts';
import { ipv4, ipv6, sequenceOf } from './fields.ts';

/** RFC 1035 section 3.4.1. */
export const a: RdataType = sequenceOf([ipv4]);

/** RFC 3596 section 2.2. */
export const aaaa: RdataType = sequenceOf([ipv6]);
