import { MSG } from '../../src/dataplane/ffi/abi.ts';
import { Batch } from '../../src/dataplane/ffi/batch.ts';
import { openUdpSocket } from '../../src/dataplane/ffi/udp-socket.ts';
import { echoBatch } from './echoing.ts';

/**
 * What it takes to bring datagrams in and send them back in batches, by the calls that Aya makes: the floor of a server
 * that uses them. echo.ts PORT
 */
const fd = openUdpSocket({ host: '127.0.0.1', family: 4, port: Number(process.argv[2]), receiveTimeoutMs: 1000 });
const batch = new Batch(4);
for (;;) echoBatch(batch, fd, batch.receive(fd, MSG.WAITFORONE));
