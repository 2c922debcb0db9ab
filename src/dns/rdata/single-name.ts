import type { RdataType } from './contract.ts';
import { name, sequenceOf } from './fields.ts';

/** CNAME, NS, PTR (RFC 1035 section 3.3) and DNAME (RFC 6672 section 2.1): a name and nothing else. */
export const singleName: RdataType = sequenceOf([name]);
