import { randomUUID } from 'node:crypto';
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { LEVEL, MSG, SO, SOCK_DGRAM_CLOEXEC } from '../../../../src/dataplane/ffi/abi.ts';
import { BATCH_DATAGRAMS, Batch, DATAGRAM_BYTES } from '../../../../src/dataplane/ffi/batch.ts';
import { libc, SystemError } from '../../../../src/dataplane/ffi/libc.ts';
import { Memory } from '../../../../src/dataplane/ffi/memory.ts';
import { Poll } from '../../../../src/dataplane/ffi/poll.ts';
import { checkBatches } from '../../../../src/dataplane/ffi/self-check.ts';
import {
  boundAddress,
  closeSocket,
  droppedDatagrams,
  leaveGroup,
  openUdpSocket,
} from '../../../../src/dataplane/ffi/udp-socket.ts';

const open = (host: string, port = 0): number =>
  openUdpSocket({ host, family: host.includes(':') ? 6 : 4, port, receiveTimeoutMs: 1 });

/** Answers what has come with itself; `change` may touch each sender before. */
function echo(fd: number, batch: Batch, count: number, change: (name: Uint8Array, index: number) => void): number {
  for (let index = 0; index < count; index++) {
    const bytes = batch.length(index);
    change(batch.names[index], index);
    batch.reply(index, index, bytes, 0);
    batch.renew(index);
  }
  return batch.send(fd, count);
}

describe.runIf(process.platform === 'linux')('a batch', () => {
  let fd: number;
  let client: Socket;
  const heard: string[] = [];

  beforeEach(async () => {
    fd = open('127.0.0.1');
    client = createSocket('udp4');
    heard.length = 0;
    client.on('message', (message) => heard.push(message.toString()));
    client.connect(boundAddress(fd).port, '127.0.0.1');
    await once(client, 'connect');
  });
  afterEach(() => {
    client.close();
    closeSocket(fd);
  });

  const send = (message: string | Buffer) => new Promise((resolve) => client.send(message, resolve));

  test('lies as this machine has it', () => {
    expect(checkBatches).not.toThrow();
  });

  test('takes in what there is, and no more than it has room for', async () => {
    const batch = new Batch(4);
    for (let index = 0; index < BATCH_DATAGRAMS + 3; index++) await send(`${index}`);
    const counts = [0, 1, 2].map(() => {
      const count = batch.receive(fd, MSG.DONTWAIT);
      expect(echo(fd, batch, count, () => {})).toBe(0);
      return count;
    });
    expect(counts).toEqual([BATCH_DATAGRAMS, 3, 0]);
    await expect.poll(() => heard.length).toBe(BATCH_DATAGRAMS + 3);
    expect(heard).toEqual(Array.from({ length: BATCH_DATAGRAMS + 3 }, (_, index) => `${index}`));
  });

  test('loses of its answers those alone that can not be sent', async () => {
    const batch = new Batch(4);
    for (let index = 0; index < 9; index++) await send(`${index}`);
    const count = batch.receive(fd, MSG.DONTWAIT);
    // To port 0 nothing can be sent: the first, two in a row, the last.
    const noWay = (name: Uint8Array, index: number) => [0, 3, 4, 8].includes(index) && name.fill(0, 2, 4);
    expect(echo(fd, batch, count, noWay)).toBe(4);
    await expect.poll(() => heard.length).toBe(5);
    expect(heard).toEqual(['1', '2', '5', '6', '7']);
  });

  test('says of a datagram that there was no room for all of it', async () => {
    const batch = new Batch(4);
    await send(Buffer.alloc(DATAGRAM_BYTES + 1));
    await send(Buffer.alloc(DATAGRAM_BYTES));
    expect(batch.receive(fd, MSG.DONTWAIT)).toBe(2);
    expect([0, 1].map((index) => batch.isTruncated(index))).toEqual([true, false]);
    expect(batch.length(1)).toBe(DATAGRAM_BYTES);
  });

  test('knows how many datagrams the kernel dropped', async () => {
    const batch = new Batch(4);
    const sent = 8000;
    const large = Buffer.alloc(4000);
    expect(droppedDatagrams(fd)).toBe(0);
    // Far more than the largest queue takes in.
    for (let index = 0; index < sent; index++) await send(large);
    let received = 0;
    for (let count = batch.receive(fd, MSG.DONTWAIT); count > 0; count = batch.receive(fd, MSG.DONTWAIT)) {
      received += count;
      for (let index = 0; index < count; index++) batch.renew(index);
    }
    expect(received).toBeLessThan(sent);
    expect(droppedDatagrams(fd)).toBe(sent - received);
  });

  test('does not know it of what is no socket', () => {
    expect(droppedDatagrams(0x7fff_ffff)).toBeUndefined();
  });

  test('throws where the socket is none, with the reason', () => {
    expect(() => new Batch(4).receive(0x7fff_ffff, MSG.DONTWAIT)).toThrow(SystemError);
    expect(() => new Batch(4).receive(0x7fff_ffff, MSG.DONTWAIT)).toThrow('recvmmsg: EBADF');
  });

  test('finds nothing in time in a socket that is silent', () => {
    expect(new Batch(4).receive(fd, MSG.WAITFORONE)).toBe(0);
    expect(new Poll([fd]).wait(1)).toBe(0);
  });

  test('of several sockets, those are ready that something came to', async () => {
    const other = open('::1');
    await send('x');
    const poll = new Poll([other, fd]);
    expect(poll.wait(1000)).toBe(1);
    expect([poll.isReady(0), poll.isReady(1)]).toEqual([false, true]);
    closeSocket(other);
  });

  test('of a socket that leaves its group keeps what came, and gets nothing new', async () => {
    const batch = new Batch(4);
    await send('before');
    leaveGroup(fd);
    const successor = open('127.0.0.1', boundAddress(fd).port);
    await send('after');
    expect(batch.receive(fd, MSG.DONTWAIT)).toBe(1);
    expect(echo(fd, batch, 1, () => {})).toBe(0);
    await expect.poll(() => heard).toEqual(['before']);
    expect(batch.receive(successor, MSG.DONTWAIT)).toBe(1);
    closeSocket(successor);
  });
});

// Over loopback there is always room. A Unix socket whose owner does not read has none, as a line that is stuck.
test.runIf(process.platform === 'linux')('a batch without room waits for it once, not once for each answer', () => {
  const AF_UNIX = 1;
  const [sender, silent] = [0, 1].map(() => libc.socket(AF_UNIX, SOCK_DGRAM_CLOEXEC, 0));
  try {
    // An abstract name (unix(7)), as long as the address of a sender over IPv6.
    const name = new Memory(28);
    name.octets.set([AF_UNIX, 0, 0, ...Buffer.from(randomUUID().slice(0, 25))]);
    expect(libc.bind(silent, name.address, 28)).toBe(0);
    const timeout = new Memory(16);
    timeout.words[0] = 1; // second: for each answer, that would be more than this test may take
    expect(libc.setsockopt(sender, LEVEL.SOCKET, SO.SNDTIMEO, timeout.address, 16)).toBe(0);
    const batch = new Batch(6);
    for (let index = 0; index < BATCH_DATAGRAMS; index++) {
      batch.names[index].set(name.octets.subarray(0, 28));
      batch.reply(index, index, 1, 0);
    }
    let failed = 0;
    while (failed === 0) failed = batch.send(sender, BATCH_DATAGRAMS);
    expect(batch.send(sender, BATCH_DATAGRAMS)).toBe(BATCH_DATAGRAMS);
  } finally {
    closeSocket(sender);
    closeSocket(silent);
  }
});

test.runIf(process.platform === 'linux')('a socket that can not be bound says why, as Node.js does', () => {
  expect(() => open('192.0.2.1')).toThrow(expect.objectContaining({ code: 'EADDRNOTAVAIL' }));
});
