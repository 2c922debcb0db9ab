import { MSG, SOCKADDR_IN } from './abi.ts';
import { Batch } from './batch.ts';
import { boundAddress, closeSocket, openUdpSocket } from './udp-socket.ts';

/** Generous: between two sockets of one machine a datagram is there at once. */
const RECEIVE_MS = 1000;

const LENGTHS = [3, 700, 0, 41];

/**
 * Sends datagrams from one socket to another, over loopback, and checks that each arrives with its length, its octets
 * and its sender. This proves that structs lie as this kernel and C library have them. Throws if they do not.
 */
export function checkBatches(): void {
  withSocket('127.0.0.1', (from) => withSocket('0.0.0.0', (to) => exchange(from, to)));
}

/** Closes what it opens, whatever fails: if open files run short, a leak makes the next try fail, too. */
function withSocket(host: string, use: (fd: number) => void): void {
  const fd = openUdpSocket({ host, family: 4, port: 0, receiveTimeoutMs: RECEIVE_MS });
  try {
    use(fd);
  } finally {
    closeSocket(fd);
  }
}

function exchange(from: number, to: number): void {
  const batch = new Batch(4);
  for (const [index, bytes] of LENGTHS.entries()) {
    batch.names[index].set(loopbackName(boundAddress(to).port));
    batch.datagrams[index].fill(0x41 + index, 0, bytes);
    batch.reply(index, index, bytes, 0);
  }
  const failed = batch.send(from, LENGTHS.length);
  if (failed > 0) throw new Error('sendmmsg does not send over loopback');
  receiveAll(to, boundAddress(from).port);
}

function receiveAll(fd: number, port: number): void {
  const batch = new Batch(4);
  for (let seen = 0; seen < LENGTHS.length; ) {
    const count = batch.receive(fd, MSG.WAITFORONE);
    if (count === 0) throw new Error('recvmmsg does not receive over loopback');
    for (let index = 0; index < count; index++, seen++) {
      if (!isAsSent(batch, index, seen, port)) throw new Error('recvmmsg fills its structs in another way');
      batch.renew(index);
    }
  }
}

function isAsSent(batch: Batch, index: number, sent: number, port: number): boolean {
  const bytes = LENGTHS[sent];
  const octets = batch.datagrams[index].subarray(0, bytes);
  const name = batch.names[index].subarray(0, SOCKADDR_IN.ADDRESS + 4);
  return (
    batch.length(index) === bytes &&
    !batch.isTruncated(index) &&
    octets.every((octet) => octet === 0x41 + sent) &&
    loopbackName(port).every((octet, at) => octet === name[at]) &&
    // The kernel said the address that was asked. 0 would leave the answer's address to the kernel.
    batch.control.answerFromAsked(index, batch.controlBytes(index), index) > 0
  );
}

/** The beginning of the struct sockaddr_in of 127.0.0.1. */
function loopbackName(port: number): Uint8Array {
  return Uint8Array.of(2, 0, port >> 8, port & 0xff, 127, 0, 0, 1);
}
