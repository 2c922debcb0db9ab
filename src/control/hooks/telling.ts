import type { ChangeKind } from '../../config/schema/hooks-schema.ts';
import type { Change } from '../telling/change.ts';

/** A change that is to be told. */
export interface Telling {
  /** The same however often it is sent, so that a receiver can tell what it has had already. */
  readonly id: string;
  readonly kind: ChangeKind;
  readonly atMs: number;
  /** JSON: `{ id, time, kind, ... }`, the rest as the change has it. */
  readonly body: string;
}

/**
 * How an attempt ended. again: it may succeed later. never: it won't, and more attempts would hold up what comes after
 * it.
 */
export type Delivery =
  | { readonly result: 'taken' }
  | { readonly result: 'again'; readonly why: string }
  | { readonly result: 'never'; readonly why: string };

/** One attempt. It never rejects, leaves nothing open behind it, and ends soon after the signal aborts. */
export type Deliver = (telling: Telling, signal: AbortSignal) => Promise<Delivery>;

/** @param atMs by the wall clock. */
export function tellingOf(change: Change, id: string, atMs: number): Telling {
  const body = JSON.stringify({ id, time: new Date(atMs).toISOString(), ...change });
  return { id, kind: change.kind, atMs, body };
}
