import type { RdataType } from './contract.ts';
import { remainingBase64, sequenceOf } from './fields.ts';

/** An OpenPGP Transferable Public Key, in Base64 on paper (RFC 7929 section 2.1). */
export const openpgpkey: RdataType = sequenceOf([remainingBase64]);
