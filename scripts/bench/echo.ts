import { MSG } from '../../src/dataplane/ffi/abi.ts';
import { Batch } from '../../src/dataplane/ffi/batch.ts';
import { openUdpSocket } from '../../src/dataplane/ffi/udp-socket.ts';

/**
 * What it takes to bring datagrams in and send them back in batches, by the calls that Aya makes: the floor of a server
 * that uses them. echo.ts PORT
 */
const fd = openUdpSocket({ host: '127.0.0.1', family: 4, port: Number(process.argv[2]), receiveTimeoutMs: 1000 });
const batch = new Batch(4);
for (;;) {
  const count = batch.receive(fd, MSG.WAITFORONE);
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
