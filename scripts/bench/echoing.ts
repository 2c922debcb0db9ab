import type { Batch } from '../../src/dataplane/ffi/batch.ts';

/** Sends what was received back, as responses: what a server at the least must do by these calls. */
export function echoBatch(batch: Batch, fd: number, count: number): void {
  for (let index = 0; index < count; index++) {
    batch.datagrams[index][2] |= 0x80; // a response now, as the header goes
    batch.reply(index, index, batch.length(index), 0);
    batch.renew(index);
  }
  batch.send(fd, count);
}
