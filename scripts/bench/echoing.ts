import type { Batch } from '../../src/dataplane/ffi/batch.ts';

/** Sends what was received back, as responses: what a server at the least must do by these calls. */
export function echoBatch(batch: Batch, fd: number, count: number): void {
  for (let index = 0; index < count; index++) {
    const bytes = Math.min(batch.length(index), batch.answers[index].length);
    const answer = batch.answers[index];
    const message = batch.received[index];
    for (let at = 0; at < bytes; at++) answer[at] = message[at];
    answer[2] |= 0x80; // a response now, as the header goes
    batch.reply(index, index, bytes, 0);
    batch.renew(index);
  }
  batch.send(fd, count);
}
