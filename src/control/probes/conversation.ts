import type { Socket } from 'node:net';
import type { Attempt, Settle } from './attempt.ts';
import { failure, type ProbeOutcome } from './probe.ts';

/** What is kept of what an endpoint says. */
const HEARD_BYTES_MAX = 64 * 1024;

/** Something said, and what is made of the reply. */
export interface Conversation {
  /** Said as soon as the connection is made; undefined where the endpoint speaks first, or nothing is to be said. */
  readonly opening: Uint8Array | undefined;
  /**
   * Judges all that has been heard so far; undefined while more may decide. Nothing heard is judged too, at the start.
   */
  judge(heard: Buffer): ProbeOutcome | undefined;
}

/** Holds a conversation on a connection; `settle` gets what it comes to. The connection's errors are its owner's. */
export function converse(
  socket: Socket,
  { opening, judge }: Conversation,
  { guard }: Pick<Attempt, 'guard'>,
  settle: Settle,
): void {
  let heard = Buffer.alloc(0);
  const onHeard = (): void => {
    const outcome = judge(heard);
    if (outcome !== undefined) {
      socket.off('data', onData);
      settle(outcome);
    } else if (heard.length >= HEARD_BYTES_MAX) {
      settle(failure('nothing of what was expected in the first 64 KiB'));
    }
  };
  const onData = guard((bytes: Buffer): void => {
    heard = Buffer.concat([heard, bytes.subarray(0, HEARD_BYTES_MAX - heard.length)]);
    onHeard();
  });
  if (opening !== undefined) socket.write(opening);
  socket.on('data', onData);
  onHeard();
}

/** That a text is sent, and another one comes; with neither, the connection says enough. */
export function sendAndExpect(send: string | undefined, expect: string | undefined): Conversation {
  return {
    opening: send === undefined ? undefined : Buffer.from(send),
    judge: (heard) => (expect === undefined || heard.includes(expect) ? { ok: true } : undefined),
  };
}
