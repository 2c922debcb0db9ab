import { MSG } from '../../src/dataplane/ffi/abi.ts';
import { BATCH_DATAGRAMS, Batch } from '../../src/dataplane/ffi/batch.ts';
import { socketAddress } from '../../src/dataplane/ffi/socket-address.ts';
import { boundAddress, closeSocket, openUdpSocket } from '../../src/dataplane/ffi/udp-socket.ts';
import { HEADER_BYTES } from '../../src/dns/constants.ts';

/** After which a query counts as lost. */
const LOST_AFTER_MS = 1000;

/** A socket that asks, with so many queries unanswered at most: one for each id at a time. */
export class Asker {
  sent = 0;
  answered = 0;
  lost = 0;
  wrong = 0;
  readonly #queries: readonly Uint8Array[];
  readonly #window: number;
  readonly #onAnswer: (ms: number) => void;
  readonly #batch = new Batch(4);
  readonly #fd: number;
  /** By id, when and which query; 0: none is out. */
  readonly #sentMs = new Float64Array(0x10000);
  readonly #query = new Uint32Array(0x10000);
  #next: number;
  #id = 0;
  #open = 0;

  /** @param start the query to begin with. @param onAnswer told how long each answer took. */
  constructor(
    port: number,
    queries: readonly Uint8Array[],
    start: number,
    window: number,
    onAnswer: (ms: number) => void,
  ) {
    this.#queries = queries;
    this.#next = start;
    this.#window = window;
    this.#onAnswer = onAnswer;
    this.#fd = openOwnSocket();
    const { memory, bytes } = socketAddress({ host: '127.0.0.1', port });
    // They stay: nobody else sends to this socket.
    for (const name of this.#batch.names) name.set(memory.octets.subarray(0, bytes));
  }

  /** Whether there is no query of which nothing has been heard yet. */
  get isDone(): boolean {
    return this.#open === 0;
  }

  /** Sends so many queries at most, as far as the window and a batch have room for them; gives how many. */
  ask(countMax: number): number {
    const count = Math.max(0, Math.min(countMax, BATCH_DATAGRAMS, this.#window - this.#open));
    if (count > 0) this.#send(count);
    return count;
  }

  /** Takes in what has come. */
  receive(): void {
    const count = this.#batch.receive(this.#fd, MSG.DONTWAIT);
    const nowMs = performance.now();
    for (let index = 0; index < count; index++) {
      this.#take(this.#batch.datagrams[index], this.#batch.length(index), nowMs);
      this.#batch.renew(index);
    }
  }

  /** Counts those as lost that were out for long. */
  giveUp(): void {
    const before = performance.now() - LOST_AFTER_MS;
    for (let id = 0; id < this.#sentMs.length; id++) {
      if (this.#sentMs[id] === 0 || this.#sentMs[id] > before) continue;
      this.#sentMs[id] = 0;
      this.#open--;
      this.lost++;
    }
  }

  close(): void {
    own.delete(boundAddress(this.#fd).port);
    closeSocket(this.#fd);
  }

  #send(count: number): void {
    const nowMs = performance.now();
    for (let index = 0; index < count; index++) {
      while (this.#sentMs[this.#id] !== 0) this.#id = (this.#id + 1) & 0xffff;
      const query = this.#queries[this.#next];
      const message = this.#batch.datagrams[index];
      message.set(query);
      message[0] = this.#id >> 8;
      message[1] = this.#id;
      this.#sentMs[this.#id] = nowMs;
      this.#query[this.#id] = this.#next;
      this.#id = (this.#id + 1) & 0xffff;
      this.#next = (this.#next + 1) % this.#queries.length;
      this.#batch.reply(index, index, query.length, 0);
    }
    this.#open += count;
    this.sent += count - this.#batch.send(this.#fd, count);
  }

  #take(message: Uint8Array, length: number, nowMs: number): void {
    const id = (message[0] << 8) | message[1];
    const sentMs = this.#sentMs[id];
    const isResponse = (message[2] & 0x80) !== 0;
    if (sentMs === 0 || !isResponse || !isSameQuestion(message, length, this.#queries[this.#query[id]])) {
      this.wrong++;
      return;
    }
    this.#sentMs[id] = 0;
    this.#open--;
    this.answered++;
    this.#onAnswer(nowMs - sentMs);
  }
}

/** Ports of this process's askers. */
const own = new Set<number>();

/**
 * A socket with a port of its own. The kernel may give one that another such socket has, since both would share it
 * (SO_REUSEPORT): then each would get answers to what the other asked.
 */
function openOwnSocket(): number {
  for (;;) {
    const fd = openUdpSocket({ host: '127.0.0.1', family: 4, port: 0, receiveTimeoutMs: 1 });
    const { port } = boundAddress(fd);
    if (!own.has(port)) {
      own.add(port);
      return fd;
    }
    closeSocket(fd);
  }
}

/** Whether a response has the question of a query, octet by octet up to the root. */
function isSameQuestion(message: Uint8Array, length: number, query: Uint8Array): boolean {
  for (let at = HEADER_BYTES; at < length; at++) {
    if (message[at] !== query[at]) return false;
    if (query[at] === 0) return true;
  }
  return false;
}
