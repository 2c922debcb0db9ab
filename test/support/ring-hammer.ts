import { parentPort, workerData } from 'node:worker_threads';
import { RingWriter } from '../../src/dataplane/answering/query-ring.ts';
import { RECORD_WORDS } from '../../src/snapshot/query-log.ts';

/** A thread that writes records into a ring as fast as it can: each has its own number in every word. */
const { ring, records } = workerData as { readonly ring: SharedArrayBuffer; readonly records: number };
const writer = new RingWriter(ring);
for (let number = 0; number < records; number++) {
  const at = writer.begin();
  for (let word = 0; word < RECORD_WORDS; word++) writer.words[at + word] = number;
  writer.end();
}
parentPort?.close();
