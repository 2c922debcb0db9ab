import type { CounterName } from '../../snapshot/counters.ts';
import type { OpenSocket } from '../../snapshot/messages.ts';
import { ClientAddress } from '../answering/client.ts';
import type { Source } from '../answering/source.ts';
import * as Abi from '../ffi/abi.ts';
import type { Batch } from '../ffi/batch.ts';
import { Poll } from '../ffi/poll.ts';
import { closeSocket, droppedDatagrams, isWildcard, leaveGroup } from '../ffi/udp-socket.ts';
import * as ProxyParts from './proxy.ts';
import { ProxyHeader } from './proxy.ts';
import type { Plane } from './transport.ts';

// Bound in this module: V8 would look an imported constant up again at each use.
const { MSG, SOCKADDR_IN, SOCKADDR_IN6 } = Abi;
const { PROXY_READ } = ProxyParts;

/** While closing, how many batches are answered before we stop: some 100 ms of work. */
const DRAIN_BATCHES_MAX = 256;

/** While closing, how long to wait for what the kernel is delivering already, which takes it microseconds. */
const LATE_MS_MAX = 5;

/** As long as every receive finds something, the number of drops is read after so many of them: some milliseconds. */
const RECEIVES_PER_READING = 64;

/** Where a sockaddr says the address, by family. */
const ADDRESS_AT = { 4: SOCKADDR_IN.ADDRESS, 6: SOCKADDR_IN6.ADDRESS } as const;

/**
 * UDP over recvmmsg and sendmmsg: one socket, whose datagrams are taken in and answered in batches. Allocates nothing.
 */
export class MmsgSocket implements Source {
  readonly isStream = false;
  readonly open: OpenSocket;
  readonly #plane: Plane;
  readonly #batch: Batch;
  readonly #saysAsked: boolean;
  readonly #channel: CounterName;
  readonly #proxied = new ProxyHeader(new ClientAddress());
  /** The datagram in hand; and whether a proxy sent it, for the client that its header names. */
  #at = 0;
  #isProxied = false;
  /** Drops as the kernel counts them; undefined for an inherited socket until the kernel has said it. */
  #drops: number | undefined;
  #receivesLeft = RECEIVES_PER_READING;

  /** @param batch may serve several sockets of its family, in turn. */
  constructor(plane: Plane, open: OpenSocket, batch: Batch, isInherited: boolean) {
    this.#plane = plane;
    this.#drops = isInherited ? undefined : 0;
    this.open = open;
    this.#batch = batch;
    this.#saysAsked = isWildcard(open.host);
    this.#channel = open.family === 4 ? 'udpIpv4' : 'udpIpv6';
  }

  /** Receives a batch, to be answered before the next receive. Returns how many datagrams it has. */
  receive(flags: number): number {
    const count = this.#batch.receive(this.open.fd, flags);
    if (count === 0 || --this.#receivesLeft === 0) this.#countDrops();
    return count;
  }

  /** Answers the first `count` datagrams of the batch. */
  answer(count: number): void {
    if (count === 0) return;
    const { counters } = this.#plane;
    counters.add('received', count);
    counters.add(this.#channel, count);
    const answers = this.#answerAll(count);
    if (answers === 0) return;
    const failed = this.#batch.send(this.open.fd, answers);
    counters.add('sent', answers - failed);
    if (failed > 0) counters.add('sendFailed', failed);
  }

  /** Takes nothing new, answers what has come, and closes. If other sockets share the address, nothing is lost. */
  drain(): void {
    const { fd } = this.open;
    const arrivals = new Poll([fd]);
    leaveGroup(fd);
    for (let batches = 0; batches < DRAIN_BATCHES_MAX; batches++) {
      if (arrivals.wait(LATE_MS_MAX) === 0) break;
      this.answer(this.receive(MSG.DONTWAIT));
    }
    closeSocket(fd);
  }

  resolverAddress(into: ClientAddress): void {
    if (this.#isProxied) into.copy(this.#proxied.client);
    else this.#sender(into);
  }

  /** Returns how many answers there are. */
  #answerAll(count: number): number {
    const batch = this.#batch;
    const { answerer, snapshot, proxies } = this.#plane;
    let answers = 0;
    for (let index = 0; index < count; index++) {
      const message = batch.datagrams[index];
      this.#at = index;
      this.#isProxied = false;
      let length = this.#lengthOf(index);
      if (!proxies.isEmpty) length = this.#unwrap(message, length);
      answerer.out = message;
      const bytes = answerer.answer(snapshot, message, length, this);
      if (bytes > 0) {
        const control = this.#saysAsked ? batch.control.answerFromAsked(index, batch.controlBytes(index), answers) : 0;
        batch.reply(answers++, index, bytes, control);
      }
      batch.renew(index);
    }
    return answers;
  }

  /** The length of a datagram; 0, which no query has, if it did not come whole. */
  #lengthOf(index: number): number {
    if (!this.#batch.isTruncated(index)) return this.#batch.length(index);
    this.#plane.counters.add('datagramsTooLong');
    return 0;
  }

  /** Moves what follows a proxy's header to the front. Returns its length; 0 if the header can't be used. */
  #unwrap(message: Uint8Array, length: number): number {
    const header = this.#proxied;
    this.#sender(header.client);
    if (!this.#plane.proxies.has(header.client)) return length;
    if (header.read(message, length) !== PROXY_READ.WHOLE) {
      this.#plane.counters.add('proxyHeadersBad');
      return 0;
    }
    this.#isProxied = !header.isLocal;
    message.copyWithin(0, header.bytes, length);
    return length - header.bytes;
  }

  #sender(into: ClientAddress): void {
    const { family } = this.open;
    const name = this.#batch.names[this.#at];
    const at = ADDRESS_AT[family];
    into.family = family;
    into.w0 = word(name, at);
    if (family === 4) return;
    into.w1 = word(name, at + 4);
    into.w2 = word(name, at + 8);
    into.w3 = word(name, at + 12);
  }

  #countDrops(): void {
    this.#receivesLeft = RECEIVES_PER_READING;
    const drops = droppedDatagrams(this.open.fd);
    if (drops === undefined) return;
    if (this.#drops !== undefined && drops !== this.#drops) {
      this.#plane.counters.add('receiveDropped', (drops - this.#drops) >>> 0);
    }
    this.#drops = drops;
  }
}

function word(octets: Uint8Array, at: number): number {
  return (octets[at] << 24) | (octets[at + 1] << 16) | (octets[at + 2] << 8) | octets[at + 3];
}
