import type { ChangeKind } from '../../config/schema/hooks-schema.ts';
import type { Change } from '../telling/change.ts';

/** A change on its way to those who are told. */
export interface Telling {
  /** The same however often it is sent: by it a receiver knows what it has had already. */
  readonly id: string;
  readonly kind: ChangeKind;
  readonly atMs: number;
  /** JSON: `{ id, time, kind, ... }`, the rest as the change has it. */
  readonly body: string;
}

/**
 * How one attempt ended. again: it may be taken another time. never: it won't, and trying on would hold up what comes
 * after it.
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
