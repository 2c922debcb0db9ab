import { Counters } from '../../src/dataplane/counters.ts';
import { MSG } from '../../src/dataplane/ffi/abi.ts';
import { BATCH_DATAGRAMS, Batch } from '../../src/dataplane/ffi/batch.ts';
import { boundAddress, openUdpSocket } from '../../src/dataplane/ffi/udp-socket.ts';
import { MmsgSockets } from '../../src/dataplane/transports/mmsg-sockets.ts';
import { Proxies } from '../../src/dataplane/transports/proxies.ts';
import { ROW_BYTES } from '../../src/snapshot/counters.ts';
import type { Snapshot } from '../../src/snapshot/snapshot.ts';
import { echoBatch } from './echoing.ts';
import { countedAnswerer } from './stages.ts';

/** A server over recvmmsg and sendmmsg, in this thread: it is turned by hand. */
export interface Loop {
  readonly name: string;
  /** Receives a batch that is there, and answers it. */
  turn(): void;
  readonly port: number;
}

const LOCAL = { host: '127.0.0.1', family: 4, receiveTimeoutMs: 1000 } as const;

export function echoLoop(): Loop {
  const fd = openUdpSocket({ ...LOCAL, port: 0 });
  const batch = new Batch(4);
  return {
    name: 'echo',
    port: boundAddress(fd).port,
    turn: () => echoBatch(batch, fd, batch.receive(fd, MSG.WAITFORONE)),
  };
}

export function ayaLoop(snapshot: Snapshot): Loop {
  const counters = new Counters(new SharedArrayBuffer(ROW_BYTES), 0);
  const plane = { answerer: countedAnswerer(counters), counters, snapshot, proxies: new Proxies([]) };
  const sockets = new MmsgSockets(plane, []);
  const failure = sockets.listen([{ host: LOCAL.host, family: 4, port: 0, over: ['UDP'] }]);
  if (failure !== undefined) throw new Error(failure.code);
  const look = (): void => {};
  return { name: 'aya', port: boundAddress(sockets.open[0].fd).port, turn: () => sockets.serve(look) };
}

/**
 * What asks such servers: a batch of queries lies in their queue before they are turned, and the answers are taken
 * after.
 */
export class Client {
  readonly #fd = openUdpSocket({ ...LOCAL, port: 0 });
  readonly #out = new Batch(4);
  readonly #in = new Batch(4);
  readonly #queries: readonly Uint8Array[];
  #next = 0;

  constructor(queries: readonly Uint8Array[]) {
    this.#queries = queries;
  }

  /** Has a server answer a batch; gives how long its turn took. */
  ask({ port, turn }: Loop): number {
    for (let index = 0; index < BATCH_DATAGRAMS; index++) this.#write(index, port);
    this.#out.send(this.#fd, BATCH_DATAGRAMS);
    const startMs = performance.now();
    turn();
    const ms = performance.now() - startMs;
    this.#take();
    return ms;
  }

  #write(index: number, port: number): void {
    const query = this.#queries[this.#next++ % this.#queries.length];
    this.#out.datagrams[index].set(query);
    this.#out.names[index].set([2, 0, port >> 8, port & 0xff, 127, 0, 0, 1]); // a struct sockaddr_in
    this.#out.reply(index, index, query.length, 0);
  }

  #take(): void {
    for (let seen = 0; seen < BATCH_DATAGRAMS; ) {
      const count = this.#in.receive(this.#fd, MSG.DONTWAIT);
      if (count === 0) throw new Error('a query was not answered in its turn');
      for (let index = 0; index < count; index++) this.#in.renew(index);
      seen += count;
    }
  }
}
