import type { WorldNames } from './entry.ts';

/** A ring as it is known to both ends of a message, of which each has an object of its own for the same memory. */
export interface NumberedRing {
  readonly id: number;
  readonly ring: SharedArrayBuffer;
}

/** What the thread that writes the query log is told. */
export type ToDrain =
  /** Write what is in these rings to this file from now on. Rings that were there before are read to their end. */
  | {
      readonly kind: 'serve';
      readonly path: string;
      readonly rings: readonly NumberedRing[];
      readonly worlds: readonly WorldNames[];
    }
  /** Look whether the file was moved away. */
  | { readonly kind: 'reopen' }
  /** Write what there is, and end. */
  | { readonly kind: 'stop' };

/** What it has to say of it: each at most once a minute. */
export type FromDrain =
  /** So many records were overwritten before they were read, since it was said last. */
  | { readonly kind: 'overwritten'; readonly records: number }
  /** So many could not be written. */
  | { readonly kind: 'failed'; readonly path: string; readonly why: string; readonly records: number }
  /** After a failure that was told. */
  | { readonly kind: 'recovered'; readonly path: string };

/** What it counts: doubles, which it alone writes. */
export const DRAINED = { written: 0, overwritten: 1, failed: 2 } as const;
export type DrainCounts = Readonly<Record<keyof typeof DRAINED, number>>;

export function makeDrainCounts(): SharedArrayBuffer {
  return new SharedArrayBuffer(Object.keys(DRAINED).length * Float64Array.BYTES_PER_ELEMENT);
}

export function readDrainCounts(counts: SharedArrayBuffer): DrainCounts {
  const cells = new Float64Array(counts);
  return {
    written: cells[DRAINED.written],
    overwritten: cells[DRAINED.overwritten],
    failed: cells[DRAINED.failed],
  };
}
